/// What a step left behind, in one line.
enum EvidenceText {
  static func line(_ evidence: Evidence) -> String {
    PrintableText.of(text(evidence), limit: 200)
  }

  private static func text(_ evidence: Evidence) -> String {
    switch evidence {
    case .identified(let found):
      var parts = ["\(found.model) \(found.serial.text)"]
      if let mac = found.mac { parts.append("MAC \(mac)") }
      if let firmware = found.firmware { parts.append("firmware \(firmware)") }
      if let held = found.heldCertificate {
        parts.append("holds \(held.prefix(16))…" + (found.proof == nil ? ", not proven" : ", proven"))
      }
      return parts.joined(separator: ", ")
    case .flashed(let version): return "firmware \(version)"
    case .forged(let forged):
      return "request of \(forged.request.count) bytes, key made by the \(forged.key.rawValue)"
    case .certified(let certified):
      return "\(certified.issuer), \(certified.fingerprint.prefix(16))…, until \(certified.notAfter)"
    case .delivered(let delivered):
      let files = delivered.digests.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.prefix(8))" }
      return (delivered.found ? "found: " : "") + files.joined(separator: ", ")
    case .verified(let proof): return "signed a nonce with the key of \(proof.certificate.prefix(16))…"
    case .networkSet(let name): return "network \(name)"
    case .checked(let results):
      return results.map { "\($0.name) \($0.text)\($0.measure.isEmpty ? "" : " \($0.measure)")" }
        .joined(separator: ", ")
    case .labelled(let raster): return "printed \(raster.prefix(16))"
    case .finished: return "traces removed"
    case .passed(let passed): return "thing \(passed.thing), \(passed.milliseconds) ms in all"
    }
  }
}
