import Foundation

/// Who the hub is, what it proves and what its checks say.
extension ConsoleDriver {
  public func identify() async throws(HubError) -> HubFacts {
    let serial = try word("serial", try await run("serial", profile.serial, limit: 1024))
    let model = try word("model", try await run("model", profile.model, limit: 1024))
    let mac = try await optional("mac", profile.mac)
    let hubID = try await optional("hub-id", profile.hubId)
    let firmware = try await optional("firmware", profile.firmware)
    return HubFacts(
      serial: serial, model: model, mac: try mac.map(macAddress), hubID: hubID, firmwareVersion: firmware,
      certificatePEM: try await certificate())
  }

  public func prove(_ message: [UInt8]) async throws(HubError) -> [UInt8] {
    guard message.count <= 1024 else { throw .unsupported("a proof over \(message.count) bytes") }
    let values = ["message": [Data(message).base64EncodedString()]]
    let answer = try await ask("proof of possession", try filled(profile.possession, values), limit: 512)
    if answer.status == Self.noIdentityStatus { throw .noIdentity }
    guard answer.status == 0 else { throw failed("proof of possession", answer) }
    // An ECDSA signature is a SEQUENCE; anything else is some program's idea of a message.
    guard answer.output.first == 0x30 else {
      throw .garbled(waitingFor: "a signature", excerpt: ConsoleTranscript.printable(answer.output))
    }
    return answer.output
  }

  public func check(_ name: String) async throws(HubError) -> String {
    guard let command = profile.checks[name] else { throw .unsupported("the check \(name)") }
    let output = try await run(name, command, limit: 4096)
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The status by which the possession command says that there is no key.
  private static let noIdentityStatus = 96

  /// The certificate of the live identity. An empty or broken file, as a cut of power leaves it, is none.
  private func certificate() async throws(HubError) -> String? {
    let answer = try await ask("certificate", try filled(profile.heldCertificate, [:]), limit: 32 << 10)
    let text = String(decoding: answer.output, as: UTF8.self)
    guard answer.status == 0, text.contains("-----BEGIN CERTIFICATE-----"),
      text.contains("-----END CERTIFICATE-----")
    else { return nil }
    return text
  }

  /// What the hub need not say: no command, a failure or nothing printed is nil.
  private func optional(_ name: String, _ command: CommandTemplate) async throws(HubError) -> String? {
    guard !command.isEmpty else { return nil }
    let answer = try await ask(name, try filled(command, [:]), limit: 1024)
    guard answer.status == 0, !ConsoleTranscript.printable(answer.output).isEmpty else { return nil }
    return try word(name, answer.output)
  }

  /// One line of printable ASCII, trimmed.
  private func word(_ name: String, _ output: [UInt8]) throws(HubError) -> String {
    let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .garbled(waitingFor: name, excerpt: ConsoleTranscript.printable(output))
    }
    return text
  }

  /// Lower-case, colon-separated.
  private func macAddress(_ text: String) throws(HubError) -> String {
    let digits = text.lowercased().filter { $0 != ":" && $0 != "-" && $0 != "." }
    guard digits.utf8.count == 12,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { throw .garbled(waitingFor: "mac", excerpt: ConsoleTranscript.printable(text.utf8)) }
    let letters = Array(digits)
    return stride(from: 0, to: 12, by: 2).map { String(letters[$0...($0 + 1)]) }.joined(separator: ":")
  }
}
