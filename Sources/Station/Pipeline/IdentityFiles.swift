import CertForge
import Foundation
import SerialFlasher

/// Turns a model's layout into the bytes of one hub's identity.
struct IdentityFiles: Sendable {
  let bench: Bench

  /// Every file but the private key, with its content.
  func open(model: HubModel, hub: HubID, serial: SerialNumber, certificate: Certificate) async throws(Fault)
    -> [HubFile]
  {
    var files: [HubFile] = []
    for file in model.layout.files {
      let text: String
      switch file.content {
      case .privateKey: continue
      case .certificate: text = certificate.pem
      case .certificateChain:
        let authority = bench.trustedAuthorities.first { certificate.isIssued(by: $0) }
        text = certificate.pem + ((authority ?? bench.issuer.authority)?.pem ?? "")
      case .trustRoots: text = bench.trustRoots
      case .template(let template):
        text = try await fill(template, model: model, hub: hub, serial: serial)
      }
      files.append(
        HubFile(path: file.path, mode: file.mode, owner: file.owner, content: .plain(Array(text.utf8))))
    }
    return files
  }

  /// What the hub's storage must hold: path -> lower-case hex SHA-256, for every file of `open`.
  static func digests(of files: [HubFile]) -> [String: String] {
    var digests: [String: String] = [:]
    for file in files {
      if case .plain(let bytes) = file.content { digests[file.path] = Digest.sha256Hex(bytes) }
    }
    return digests
  }

  private func fill(_ template: String, model: HubModel, hub: HubID, serial: SerialNumber) async throws(Fault)
    -> String
  {
    let endpoints = try await bench.endpoints()
    let values = [
      "thingName": bench.hubNaming.thing(of: hub), "hubId": hub.text, "serial": serial.text,
      "model": model.id,
      "region": endpoints.region, "dataEndpoint": endpoints.data, "credentialEndpoint": endpoints.credential,
      "roleAlias": endpoints.roleAlias, "identityFolder": model.identityFolder,
    ]
    var text = template
    for (name, value) in values { text = text.replacing("{{\(name)}}", with: value) }
    guard !text.contains("{{") else {
      throw Fault(
        .settingsInvalid, ["key": "models.\(model.id).files", "value": "an unknown {{name}} in a template"])
    }
    return text
  }
}
