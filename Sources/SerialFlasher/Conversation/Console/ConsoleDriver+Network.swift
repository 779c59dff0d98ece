/// A wireless network: SSID and passphrase go the way of a private key, and nothing of them stands in a command.
extension ConsoleDriver {
  public func setNetwork(_ network: HubNetwork) async throws(HubError) {
    guard !profile.setWifiCredentials.isEmpty else {
      throw .unsupported("set-wifi-credentials: the profile \(profile.name) has no such command")
    }
    if let refusal = network.refusal { throw .unsupported(refusal) }
    let command = Self.takingLines(for: try filled(profile.setWifiCredentials, [:]))
    let status = try await pour(.secret(Self.lines(of: network)), named: "the network", into: command)
    guard status == 0 else {
      throw .commandFailed(name: "set-wifi-credentials", status: status, excerpt: "")
    }
    try await syncStorage()
  }

  /// Two lines, and the digest of them in a third: a wire without parity may change a letter, and a hub with a wrong
  /// passphrase is found out at the customer's.
  private static func lines(of network: HubNetwork) -> SecretBytes {
    let ssid = Array(network.ssid.utf8)
    let length = ssid.count + network.passphrase.count + 2
    return SecretBytes(count: length + 65) { target in
      target.copyBytes(from: ssid)
      target[ssid.count] = Ascii.newline
      network.passphrase.withBytes {
        UnsafeMutableRawBufferPointer(rebasing: target[(ssid.count + 1)...]).copyMemory(from: $0)
      }
      target[length - 1] = Ascii.newline
      let digest = SHA256Digest.hex(of: UnsafeRawBufferPointer(rebasing: target[..<length]))
      UnsafeMutableRawBufferPointer(rebasing: target[length...]).copyBytes(from: digest.utf8)
      target[length + 64] = Ascii.newline
    }
  }

  /// What the command prints is thrown away, for it may repeat the passphrase. `read` and `printf` are the shell's own,
  /// so no process has it among its arguments.
  private static func takingLines(for command: String) -> String {
    "lines|base64 -d|{ IFS= read -r s&&IFS= read -r p&&IFS= read -r h&&"
      + "[ \"$(printf '%s\\n%s\\n' \"$s\" \"$p\"|sha256sum)\" = \"$h  -\" ]||exit \(damagedStatus);"
      + "printf '%s\\n%s\\n' \"$s\" \"$p\"|(\(command)) >/dev/null 2>&1;}"
  }
}
