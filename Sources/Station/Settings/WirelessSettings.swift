import SerialFlasher

/// A wireless network that hubs may be told to join, under the name by which everything else speaks of it.
struct WirelessSettings: Hashable, Sendable {
  var name: String
  var ssid: String
  var passphrase: SecretSource
}

extension WirelessSettings {
  static func read(_ cloud: SettingsSection) -> [WirelessSettings] {
    guard cloud.has("networks") else { return [] }
    var networks: [WirelessSettings] = []
    for section in cloud.sections("networks", limit: 64) {
      defer { section.finish() }
      let name = section.required("name", remedy: "write 1 to 64 of A-Z a-z 0-9 . _ -") {
        SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,64}/#)
      }
      // An SSID is 1 to 32 bytes (IEEE 802.11, 9.4.2.2).
      let ssid = section.required("ssid", remedy: "write the network's SSID: 1 to 32 bytes.") {
        (1...32).contains($0.utf8.count) ? $0 : nil
      }
      let source = section.requiredSection(
        "passphrase", remedy: "say where it is read from: `file: /path` or `command: [program, argument]`.")
      guard let passphrase = source.flatMap({ SecretSource.read($0) }), let name, let ssid else { continue }
      if networks.contains(where: { $0.name == name }) {
        section.report("name", value: name, remedy: "is used twice: every network has a name of its own.")
      }
      networks.append(WirelessSettings(name: name, ssid: ssid, passphrase: passphrase))
    }
    return networks
  }

  /// The names that stand in the file, whatever else is wrong with their networks.
  static func names(_ root: SettingsSection) -> [String] { root.peek(in: "cloud", "networks", "name") }

  /// The network that a model's hubs are told over the line.
  static func read(_ model: SettingsSection, of networks: [String], profile: ProfileSettings?) -> String? {
    let remedy =
      networks.isEmpty
      ? "names no network: list it under `cloud.networks`."
      : "write one of: \(networks.joined(separator: ", "))."
    let name = model.value("network", remedy: remedy) { networks.contains($0) ? $0 : nil }
    if let name, let profile, profile.console.setWifiCredentials.isEmpty {
      model.report(
        "network", value: name,
        remedy:
          "needs the command `set-wifi-credentials` in a console profile of its own: \(profile.name) has none."
      )
    }
    return name
  }
}

extension CloudSettings.Shadow {
  static func read(_ cloud: SettingsSection) -> Self {
    var shadow = Self()
    guard let section = cloud.section("shadow") else { return shadow }
    defer { section.finish() }
    shadow.name = section.value("name", remedy: "write 1 to 64 of A-Z a-z 0-9 : _ -") {
      SettingsWord.matching($0, #/[A-Za-z0-9:_\-]{1,64}/#)
    }
    if let path = section.value(
      "path", remedy: "write names with dots between them, such as matter.response.",
      { SettingsWord.matching($0, #/[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*/#) })
    {
      shadow.path = path
    }
    return shadow
  }
}
