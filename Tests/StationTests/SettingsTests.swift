import CertForge
import Foundation
import SerialFlasher
import Testing

@testable import Station

@Suite("Settings")
struct SettingsTests {
  @Test func `the example that is printed loads, whole`() throws {
    let settings = try Settings.read(text: SettingsExample.text, file: "example.yaml")
    #expect(settings.station == "line-1")
    #expect(settings.slots.map(\.name.text) == ["A1", "A2", "A3"])
    #expect(
      settings.slots.map(\.path) == ["pci-0000:00:14.0-usb-0:1.1:1.0", "pci-0000:00:14.0-usb-0:1.2:1.0", nil])
    #expect(
      settings.slots[1]
        == SlotSettings(
          name: try #require(SlotName("A2")), path: settings.slots[1].path, presence: .line, model: "HUB-2"))
    let model = try #require(settings.model(reportedAs: "hub2-evt"))
    #expect(
      model.key == .hub && model.baud == 115_200 && model.checks.count == 2
        && model.layout.name == "greengrass-v2" && model.hubID == .listed(file: "/etc/station/hub-ids.csv"))
    #expect(try model.serialRule.normalise("spk00000001").text == "SPK00000001")
    let profile = try #require(settings.profile(named: model.profile))
    #expect(
      profile.console.checks.keys.sorted() == ["radio", "temperature"]
        && profile.console.limits.boot == .seconds(120))
    #expect(
      profile.password == .file("/etc/station/console-password")
        && model.identityFolder == "/var/lib/hub/identity")
    #expect(model.network == "showroom" && !profile.console.setWifiCredentials.isEmpty)
    #expect(
      profile.console.farewell.rawValue == "poweroff" && model.leavesByItself
        && profile.console.sink == ConsoleProfile.linuxShell().sink)
    #expect(settings.issuer.authority?.notAfter.description == "2049-12-31T23:59:59.000Z")
    #expect(settings.issuer.authority?.passphrase == .credential("ca-passphrase"))
    #expect(settings.cloud.aws.account == "123456789012")
    #expect(settings.cloud.vendor.apiKey == .file("/etc/station/api-key"))
    #expect(settings.cloud.network.requestTimeout == .seconds(30))
    #expect(settings.cloud.callsPerSecondByKind == [.provisionHub: 5])
    #expect(settings.record == .folder("/mnt/record/line-1"))
    #expect(
      settings.backup
        == BackupSettings(folder: "/mnt/backup/line-1", every: .seconds(4 * 3600), keep: 30))
    #expect(settings.log == LogSettings(level: .notice, file: "/var/log/station/station.log"))
    #expect(settings.origin.digest == Digest.sha256Hex(Data(SettingsExample.text.utf8)))
  }

  @Test func `AWS as the issuer is one line, and any other word is named`() throws {
    let text = SettingsExample.text
    let section = try #require(text.firstRange(of: #/\nissuer:\n(?: .*\n)+/#))
    func with(_ line: String) throws -> StationSettings {
      try Settings.read(
        text: text.replacingCharacters(in: section, with: "\n" + line), file: "s.yaml")
    }
    let settings = try with("issuer: aws\n")
    #expect(settings.issuer == .aws && settings.issuer.authority == nil)
    for wrong in ["issuer: amazon\n", "issuer: [aws]\n", "issuer:\n", ""] {
      let problems = try #require(throws: SettingsProblems.self) { _ = try with(wrong) }
      #expect(problems.problems.map(\.key) == ["issuer"], "\(wrong)")
    }
  }

  /// One line of the example changed, and what must be said about it.
  struct Wrong: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var key: String
    var value: String?
    var remedy: String
    var testDescription: String { to }
  }

  static let wrongs: [Wrong] = [
    Wrong(
      from: "every: 4h", to: "every: 8d", key: "backup.every", value: "8d", remedy: "write a time from 1m"),
    Wrong(from: "keep: 30", to: "keep: 1", key: "backup.keep", value: "1", remedy: "write a number from 2"),
    Wrong(
      from: "station: line-1", to: "station: line 1", key: "station", value: "line 1", remedy: "write a name"),
    Wrong(
      from: "station: line-1", to: "statoin: line-1", key: "statoin", value: nil,
      remedy: "did you mean `station`?"),
    Wrong(
      from: "ledger: /var", to: "ledger: var", key: "ledger", value: "var/lib/station/ledger.sqlite",
      remedy: "begins with /"),
    Wrong(
      from: "hub-namespace: 3f0c8f5e-", to: "hub-namespace: x", key: "hub-namespace",
      value: "x94d2-4f0b-9a53-0f6f4b1f6c11", remedy: "UUID"),
    Wrong(
      from: "presence: line", to: "presence: lin", key: "slots[2].presence", value: "lin",
      remedy: "write usb or line."),
    Wrong(from: "- name: A2", to: "- name: A1", key: "slots[2].name", value: "A1", remedy: "used twice"),
    Wrong(
      from: "0:1.2:1.0", to: "0:1.1:1.0", key: "slots[2].path", value: "pci-0000:00:14.0-usb-0:1.1:1.0",
      remedy: "another slot"),
    Wrong(
      from: "    model: HUB-2", to: "    model: HUB-3", key: "slots[2].model", value: "HUB-3",
      remedy: "one of: HUB-2"),
    Wrong(
      from: "\"SPK[0-9]{8}\"", to: "\"SPK[0-9\"", key: "models[1].serial.pattern", value: "SPK[0-9",
      remedy: "regular expression"),
    Wrong(
      from: "upper-case: true", to: "upper-case: 1", key: "models[1].serial.upper-case", value: "1",
      remedy: "true or false"),
    Wrong(
      from: "hub-id: listed", to: "hub-id: list", key: "models[1].hub-id", value: "list",
      remedy: "derived"),
    Wrong(
      from: "hub-id: listed", to: "hub-id: derived", key: "models[1].hub-id-list", value: nil,
      remedy: "only with `hub-id: listed`"),
    Wrong(
      from: "hub-id-list: /etc/station/hub-ids.csv", to: "hub-id-list: hub-ids.csv",
      key: "models[1].hub-id-list", value: "hub-ids.csv", remedy: "absolute path"),
    Wrong(
      from: "profile: hub-2", to: "profile: hub-3", key: "models[1].profile", value: "hub-3",
      remedy: "one of: linux-shell, hub-2"),
    Wrong(
      from: "baud: 115200", to: "baud: 300", key: "models[1].baud", value: "300", remedy: "9600 to 4000000"),
    Wrong(
      from: "layout: greengrass-v2", to: "layout: greengras", key: "models[1].layout", value: "greengras",
      remedy: "plain, greengrass-v2, bridge"),
    Wrong(
      from: "network: showroom", to: "network: show", key: "models[1].network", value: "show",
      remedy: "write one of: showroom"),
    Wrong(
      from: "umask 077; { IFS", to: "umask {mask}; { IFS", key: "profiles[1].set-wifi-credentials",
      value: nil,
      remedy: "no place {mask}"),
    Wrong(
      from: "ssid: Showroom", to: "ssid: A showroom with a very long name!", key: "cloud.networks[1].ssid",
      value: "A showroom with a very long name!", remedy: "1 to 32 bytes"),
    Wrong(
      from: "low: 5", to: "low: 99", key: "models[1].checks[1].low", value: "99.0", remedy: "above `high`"),
    Wrong(
      from: "expected: ok", to: "unit: V", key: "models[1].checks[2].low", value: nil,
      remedy: "must be able to fail"),
    Wrong(
      from: "mode: 0600", to: "mode: 0644", key: "layouts[1].files[1].mode", value: "644",
      remedy: "others read the private key"),
    Wrong(
      from: "path: bridge.json", to: "path: ../bridge.json", key: "layouts[1].files[3].path",
      value: "../bridge.json", remedy: "inside the identity folder"),
    Wrong(
      from: "{\"thing\": \"{{thingName}}\"", to: "{\"thing\": \"{{thing}}\"",
      key: "layouts[1].files[3].template", value: "{{thing}}", remedy: "not known"),
    Wrong(
      from: "key: file:/etc/station/issuing-ca.key", to: "key: /etc/station/ca.key", key: "issuer.key",
      value: nil, remedy: "OSSL_STORE"),
    Wrong(
      from: "not-after: 2049-12-31T23:59:59Z", to: "not-after: 2049-13-31T23:59:59Z", key: "issuer.not-after",
      value: "2049-13-31T23:59:59Z", remedy: "UTC time"),
    Wrong(
      from: "trust-roots: [amazon]", to: "trust-roots: [amazing]", key: "trust-roots", value: "amazing",
      remedy: "[amazon]"),
    Wrong(
      from: "region: eu-central-1", to: "region: frankfurt", key: "cloud.aws.region", value: "frankfurt",
      remedy: "eu-central-1"),
    Wrong(
      from: "account: \"123456789012\"", to: "account: 12345678901", key: "cloud.aws.account",
      value: "12345678901", remedy: "12 digits"),
    Wrong(
      from: "data-endpoint: a1", to: "data-endpoint: https://a1", key: "cloud.aws.data-endpoint",
      value: "https://a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com", remedy: "without https://"),
    Wrong(
      from: "    role-alias: hub-role-alias\n", to: "", key: "cloud.aws.role-alias", value: nil,
      remedy: "greengrass-v2 of model HUB-2"),
    Wrong(
      from: "base-url: https://api", to: "base-url: http://api", key: "cloud.vendor.base-url",
      value: nil, remedy: "http only for 127.0.0.1"),
    Wrong(
      from: "authentication: api-key", to: "authentication: both", key: "cloud.vendor.bearer", value: nil,
      remedy: "is missing"),
    Wrong(
      from: "proxy: http://proxy", to: "proxy: http://me:secret@proxy", key: "cloud.network.proxy",
      value: nil, remedy: "without user and password"),
    Wrong(
      from: "connect-timeout: 10s", to: "connect-timeout: 10", key: "cloud.network.connect-timeout",
      value: "10", remedy: "10s"),
    Wrong(
      from: "calls-per-second: 10", to: "calls-per-second: 0", key: "cloud.calls-per-second", value: "0",
      remedy: "more than 0"),
    Wrong(
      from: "provision-hub: 5", to: "provisionhub: 5", key: "cloud.calls-per-second-by-kind.provisionhub",
      value: nil, remedy: "`provision-hub`"),
    Wrong(from: "level: notice", to: "level: loud", key: "log.level", value: "loud", remedy: "debug or info"),
    Wrong(from: "level: notice", to: "level:", key: "log.level", value: nil, remedy: "has no value"),
  ]

  @Test("one wrong line is one finding, with its line, key, value and remedy", arguments: wrongs)
  func oneWrongLine(_ wrong: Wrong) throws {
    let range = try #require(SettingsExample.text.range(of: wrong.from))
    let text = SettingsExample.text.replacingCharacters(in: range, with: wrong.to)
    let problems = problems(of: text)
    let problem = try #require(problems.first)
    #expect(problems.count == 1 && problem.key == wrong.key, "\(problems.map(\.text))")
    #expect(problem.value == wrong.value)
    #expect(problem.remedy.contains(wrong.remedy), "\(problem.remedy)")
    #expect(problem.file == "station.yaml")
    if !wrong.to.isEmpty, problem.value != nil {
      let line = SettingsExample.text[..<range.lowerBound].count { $0 == "\n" } + 1
      let inTemplate = wrong.key.hasSuffix("template") ? 1 : 0
      #expect(problem.line == line - inTemplate, "\(problem.text)")
    }
  }

  @Test func `a model's network needs a command in its profile, and is named where it is not`() {
    let text = SettingsExample.text.replacing("set-wifi-credentials: >-", with: "firmware: >-")
    let found = problems(of: text)
    #expect(found.map(\.key) == ["models[1].network"] && found[0].value == "showroom", "\(found.map(\.text))")
    #expect(found[0].remedy.contains("needs the command `set-wifi-credentials`"))
    #expect(found[0].remedy.contains("hub-2 has none"))
    let none = problems(
      of: SettingsExample.text.replacing(#/\n  networks:\n(?:    .*\n)+/#, with: "\n"))
    #expect(
      none.map(\.remedy) == ["names no network: list it under `cloud.networks`."], "\(none.map(\.text))")
  }

  @Test func `all that is wrong is said at once, in the order of the lines`() {
    let text = """
      station: "line 1"
      ledger: relative
      slots:
        - name: "A 1"
          presence: usbb
          color: red
      issuer:
        certificate: x
      """
    let found = problems(of: text).map { "\($0.line) \($0.key)" }
    #expect(
      found == [
        "1 cloud", "1 hub-namespace", "1 models", "1 station", "1 trust-roots", "2 ledger", "4 slots[1].name",
        "5 slots[1].presence", "6 slots[1].color", "7 issuer.key", "8 issuer.certificate",
      ])
  }

  @Test func `a secret that was written into the file is not repeated`() {
    let text = SettingsExample.text
      .replacingOccurrences(
        of: "api-key:\n      file: /etc/station/api-key", with: "api-key: sk-live-4711"
      )
      .replacingOccurrences(of: "credential: ca-passphrase", with: "file: correct horse sk-live-4711")
    let problems = problems(of: text)
    #expect(problems.map(\.key) == ["issuer.passphrase.file", "cloud.vendor.api-key"])
    #expect(!problems.contains { $0.text.contains("sk-live") })
    let places = SettingsExample.text
      .replacing(
        "key: file:/etc/station/issuing-ca.key", with: "key: \"pkcs11:token=Line CA;pin-value=987654\""
      )
      .replacing("base-url: https://", with: "base-url: https://line-1:hunter2@")
    let found = self.problems(of: places)
    #expect(found.map(\.key) == ["issuer.key", "cloud.vendor.base-url"], "\(found.map(\.text))")
    #expect(!found.contains { $0.text.contains("987654") || $0.text.contains("hunter2") })
  }

  @Test func `files that a hub would not be asked for, and places that cannot be, are named`() throws {
    let text = SettingsExample.text
    func keys(_ old: String, _ new: String) -> [String] {
      #expect(text.contains(old), "\(old)")
      return problems(of: text.replacing(old, with: new)).map { "\($0.key) \($0.value ?? "")" }
    }
    #expect(keys("layout: greengrass-v2", "layout: bridge") == ["models[1].layout bridge"])
    #expect(
      keys("serial: cat /sys/", "make-key: none\n    serial: cat /sys/").first?.hasPrefix("models[1].key")
        == true)
    #expect(
      keys("path: keys/private.key", "path: -keys/private.key")
        .contains("layouts[1].files[1].path -keys/private.key"))
    #expect(
      keys("file: /var/log/station/station.log", "file: /var/lib/station/ledger.sqlite").map { $0.prefix(8) }
        == ["log.file"])
  }

  @Test(
    "what is not a settings file is said in one finding",
    arguments: [
      ("", 1, "is empty"), ("- a\n- b\n", 1, "key: value"), ("station: [\n", 2, "is not YAML here"),
      ("a: 1\nstation: x\nstation: y\n", 2, "more than once"), ("a: \u{1}\n", 1, "is not YAML"),
      (String(repeating: "a", count: 1 << 20 | 1), 1, "larger than 1 MiB"),
      (String(repeating: "[", count: 100_000), 1, "is not YAML"),
    ])
  func notASettingsFile(_ text: String, _ line: Int, _ remedy: String) throws {
    let problems = problems(of: text)
    let first = try #require(problems.first)
    #expect(problems.count == 1 && first.line == line, "\(problems.map(\.text))")
    #expect(first.remedy.contains(remedy), "\(first.text)")
  }

  @Test func `a file that is not there names the flag and the example`() throws {
    let error = #expect(throws: SettingsProblems.self) { try Settings.load(path: "/nowhere/station.yaml") }
    let problem = try #require(error?.problems.first)
    #expect(problem.remedy.contains("--settings FILE") && problem.remedy.contains("station settings example"))
  }

  @Test func `the settings file is found where a service and a person keep it`() {
    let home = ["HOME": "/home/a"]
    #expect(SettingsLocation.find(environment: home) { _ in false } == "/etc/station/station.yaml")
    #expect(SettingsLocation.find(environment: home) { _ in true } == "/home/a/.config/station/station.yaml")
    #expect(
      SettingsLocation.find(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) { _ in true }
        == "/x/station/station.yaml")
    #expect(
      SettingsLocation.find(environment: ["STATION_SETTINGS": "/y", "HOME": "/h"]) { _ in true } == "/y")
  }

  @Test func `the shipped roots are the ones that are pinned`() throws {
    for root in TrustRoots.amazonRoots {
      let pem = try String(contentsOfFile: root.file, encoding: .utf8)
      #expect(try Certificate(pem: pem).fingerprint == root.fingerprint)
    }
  }

  private func problems(of text: String) -> [SettingsProblem] {
    do throws(SettingsProblems) {
      _ = try Settings.read(text: text, file: "station.yaml")
      return []
    } catch { return error.problems }
  }
}
