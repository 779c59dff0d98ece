import CertForge
import Foundation
import SerialFlasher

/// Keypair and certificate signing request: in this task's memory, or on the hub.
struct ForgeStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (hub, model, serial) = try visit.known()
    let thing = bench.hubNaming.thing(of: hub)
    switch model.key {
    case .station:
      do throws(CertForgeError) {
        let key = try PrivateKey.generate()
        let request = try key.signingRequest(commonName: thing, serialNumber: serial.text)
        visit.key = consume key
        return .forged(.init(request: Data(request.der), key: .station))
      } catch { throw Fault(.keyGenerationFailed, ["cause": error.description]) }
    case .hub:
      let pem: String
      do throws(HubError) {
        pem = try await Self.request(visit.driver, commonName: thing, serialNumber: serial.text)
      } catch { throw Fault(error) }
      let request: SigningRequest
      do throws(CertForgeError) { request = try SigningRequest(pem: pem) } catch {
        throw Fault(.hubRequestInvalid, ["cause": error.description])
      }
      guard request.commonName == thing, request.serialNumber == serial.text else {
        throw Fault(.hubRequestInvalid, ["cause": "the request names another hub"])
      }
      return .forged(.init(request: Data(request.der), key: .hub))
    }
  }

  /// A key that was half written when the power went is no key, and would be asked for its request for ever: it makes
  /// room for a new one, once. Nothing was signed for it; else this step would not be run.
  private static func request(_ driver: any HubDriver, commonName: String, serialNumber: String)
    async throws(HubError) -> String
  {
    do throws(HubError) {
      return try await driver.stagedKeyRequest(commonName: commonName, serialNumber: serialNumber)
    } catch {
      guard case .commandFailed = error else { throw error }
      try await driver.discardStaged(includingKey: true)
      return try await driver.stagedKeyRequest(commonName: commonName, serialNumber: serialNumber)
    }
  }
}
