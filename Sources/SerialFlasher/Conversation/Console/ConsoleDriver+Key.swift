/// A key that the hub makes itself and that never crosses the line.
extension ConsoleDriver {
  public func stagedKeyRequest(
    commonName: String, serialNumber: String
  ) async throws(HubError) -> String {
    guard !profile.makeKey.isEmpty, !profile.request.isEmpty else {
      throw .unsupported("a key made by the hub")
    }
    for name in [commonName, serialNumber] where !Self.isAllowed(name: name) {
      throw .unsupported("the name \(ConsoleTranscript.printable(name.utf8)) in a request")
    }
    // X.520 has serialNumber as a PrintableString, in which there is no underscore.
    guard !serialNumber.utf8.contains(0x5F) else {
      throw .unsupported("an underscore in the serial number \(serialNumber) of a request")
    }
    try await prepareStaged(for: [profile.key])
    try await run("key", profile.makeKey, within: profile.limits.key)
    let values = ["commonName": [commonName], "serialNumber": [serialNumber]]
    let output = try await run("certificate request", profile.request, values, limit: 8 << 10)
    let text = String(decoding: output, as: UTF8.self)
    guard text.contains("-----BEGIN CERTIFICATE REQUEST-----") else {
      throw .garbled(waitingFor: "a certificate request", excerpt: ConsoleTranscript.printable(output))
    }
    return text
  }

  /// Characters that mean nothing to a shell, a subject or a configuration file.
  private static func isAllowed(name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x3A, 0x2D: true
        default: false
        }
      }
  }
}
