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
        pem = try await visit.driver.stagedKeyRequest(commonName: thing, serialNumber: serial.text)
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
}
