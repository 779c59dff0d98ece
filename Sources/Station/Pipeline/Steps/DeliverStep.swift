import CertForge
import Foundation
import SerialFlasher

/// Puts the identity on the hub: staged, synced, switched by one rename, synced, and read back from storage.
struct DeliverStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (_, model, _) = try visit.known()
    let files = try await openFiles(visit, story: story)
    var all = files
    if model.key == .station {
      guard let keyFile = model.layout.files.first(where: { $0.content == .privateKey }) else {
        throw Fault(
          .settingsInvalid, ["key": "models.\(model.id).files", "value": "no private key among them"])
      }
      all.insert(
        HubFile(
          path: keyFile.path, mode: keyFile.mode, owner: keyFile.owner,
          content: .secret(try secretKey(of: visit))),
        at: 0)
    }
    let progress = visit.progress
    do throws(HubError) {
      try await visit.driver.discardStaged(includingKey: model.key == .station)
      try await visit.driver.stage(all) { sent, total in
        progress(.deliver, total > 0 ? Double(sent) / Double(total) : nil)
      }
      try await visit.driver.activateStaged()
    } catch { throw Fault(error) }
    // The key has done its work; nothing in this process may hold it longer than that.
    visit.key = nil
    let digests = try await readBack(visit, expecting: IdentityFiles.digests(of: files))
    return .delivered(.init(digests: digests, found: false))
  }

  /// Done only when certificate, every digest and a fresh proof agree; anything else begins anew.
  func recover(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence? {
    guard let certified = story.generation.certified?.evidence, let identification = visit.identification,
      identification.heldCertificate == certified.fingerprint, identification.proof != nil
    else { return nil }
    do throws(Fault) { return .delivered(try await found(visit, certified)) } catch {
      // What another station delivered is not made anew over it.
      if error.code == .digestMismatch, certified.adopted != true { return nil }
      throw error
    }
  }

  /// The identity that the hub shows, kept by its storage, with every file that it must have.
  ///
  /// - Throws: `digest-mismatch`.
  func found(_ visit: Visit, _ certified: Evidence.Certified) async throws(Fault) -> Evidence.Delivered {
    let expected = IdentityFiles.digests(of: try await openFiles(visit, certified))
    // The station may have died between the rename and its sync: the hub shows an identity that a pulled plug would
    // take. Discarding what is staged ends in a sync.
    do throws(HubError) { try await visit.driver.discardStaged(includingKey: true) } catch {
      throw Fault(error)
    }
    return .init(digests: try await readBack(visit, expecting: expected), found: true)
  }

  private func openFiles(_ visit: Visit, story: HubStory) async throws(Fault) -> [HubFile] {
    guard let certified = story.generation.certified?.evidence else {
      throw Fault(
        .issuerRefused,
        ["serial": try visit.known().serial.text, "cause": "no certificate to deliver"])
    }
    return try await openFiles(visit, certified)
  }

  private func openFiles(_ visit: Visit, _ certified: Evidence.Certified) async throws(Fault) -> [HubFile] {
    let (hub, model, serial) = try visit.known()
    let certificate: Certificate
    do throws(CertForgeError) { certificate = try Certificate(der: [UInt8](certified.certificate)) } catch {
      throw Fault(.ledgerCorrupt, ["row": "certify", "cause": error.description])
    }
    return try await IdentityFiles(bench: bench).open(
      model: model, hub: hub, serial: serial, certificate: certificate)
  }

  private func secretKey(of visit: Visit) throws(Fault) -> SecretBytes {
    guard visit.key != nil else { throw Fault(.keyGenerationFailed, ["cause": "the key is gone"]) }
    do {
      guard let secret = try visit.key?.withPEM({ SecretBytes(copying: $0) }) else {
        throw Fault(.keyGenerationFailed, ["cause": "the key is gone"])
      }
      return secret
    } catch { throw Fault(.keyGenerationFailed, ["cause": String(describing: error)]) }
  }

  private func readBack(_ visit: Visit, expecting expected: [String: String]) async throws(Fault) -> [String:
    String]
  {
    let actual: [String: String]
    do throws(HubError) { actual = try await visit.driver.digests(of: expected.keys.sorted()) } catch {
      throw Fault(error)
    }
    for (path, digest) in expected.sorted(by: { $0.key < $1.key }) where actual[path] != digest {
      throw Fault(.digestMismatch, ["path": path, "expected": digest, "actual": actual[path] ?? "nothing"])
    }
    return actual
  }
}
