import SerialFlasher

/// A wireless network of the settings, with the reader of its passphrase.
struct WirelessNetwork: Sendable {
  var name: String
  var ssid: String
  var passphrase: SecretReader
  private let source: SecretSource

  init(_ settings: WirelessSettings, clock: any StationClock) {
    name = settings.name
    ssid = settings.ssid
    source = settings.passphrase
    passphrase = SecretReader(
      settings.passphrase, label: "network \(settings.name)", mayHoldBlanks: true, clock: clock)
  }

  /// The passphrase as it is now.
  ///
  /// - Throws: `settings-invalid` with the key and what is wrong, never with what was read.
  func secret() async throws(Fault) -> String {
    let text: String
    do throws(Fault) { text = try await passphrase.secret() } catch {
      var cause = error.values["cause"] ?? error.code.rawValue
      // The key names the file; a long path would leave no room for what is wrong with it.
      if case .file(let path) = source { cause = cause.replacing(path, with: "its file") }
      throw Self.unusable(name, cause)
    }
    guard HubNetwork(ssid: ssid, passphrase: Self.bytes(text)).refusal == nil else {
      throw Self.unusable(name, "what was read is not 8 to 64 printable characters")
    }
    return text
  }

  /// What a driver is given.
  func open() async throws(Fault) -> HubNetwork {
    HubNetwork(ssid: ssid, passphrase: Self.bytes(try await secret()))
  }

  private static func bytes(_ text: String) -> SecretBytes {
    Array(text.utf8).withUnsafeBytes { SecretBytes(copying: $0) }
  }

  static func unusable(_ name: String, _ cause: String) -> Fault {
    Fault(
      .settingsInvalid,
      ["key": "cloud.networks, \(name): passphrase", "value": "not usable", "cause": cause])
  }
}
