import Foundation
import HubDriverContract
import SerialFlasher
import Testing

@testable import Station

/// A shell hub of the simulator as the contract of every driver wants to see it.
actor ShellContractHub: ContractHub {
  let hub: ShellHub
  private let profile: ConsoleProfile
  private var connection: HubConnection?

  init(_ hub: ShellHub, profile: ConsoleProfile) {
    self.hub = hub
    var profile = profile
    profile.checks = ["echo": "echo '  all well'", "broken": "echo not well >&2; exit 3"]
    profile.setWifiCredentials =
      "umask 077;cat >{parent}/network.new&&mv -f {parent}/network.new {parent}/network"
    self.profile = profile
  }

  nonisolated var facts: HubFacts {
    HubFacts(
      serial: hub.options.serial, model: hub.options.model, mac: hub.options.mac,
      firmwareVersion: hub.options.firmware)
  }

  func converse() async throws -> any HubDriver {
    await connection?.close()
    try await hub.plug()
    let opened = try await hub.open(profile: profile)
    connection = opened
    return opened.driver
  }

  nonisolated func live(_ path: String) async throws -> [UInt8]? {
    FileManager.default.contents(atPath: "\(hub.tree.storage)/identity/\(path)").map { [UInt8]($0) }
  }

  nonisolated func network() async throws -> [UInt8]? {
    FileManager.default.contents(atPath: "\(hub.tree.storage)/network").map { [UInt8]($0) }
  }

  func end() async throws {
    await connection?.close()
    try await hub.scrap()
  }
}

@Suite("Simulated hubs with a real shell", .serialized)
struct SimulatedShellHubTests {
  /// Runs `body` with a hub, and removes it however `body` ends.
  private func with(
    _ options: ShellHubOptions, shared: Bool = false, profile: ((ConsoleProfile) -> ConsoleProfile)? = nil,
    _ body: (ShellContractHub) async throws -> Void
  ) async throws {
    let hub = try await ShellHub(options, folder: ShellHub.scratchFolder())
    let standard = shared ? ShellHub.sharedProfile : hub.profile
    let contract = ShellContractHub(hub, profile: profile?(standard) ?? standard)
    do { try await body(contract) } catch {
      try await contract.end()
      throw error
    }
    try await contract.end()
    #expect(!FileManager.default.fileExists(atPath: hub.tree.folder))
  }

  private static func options(_ change: (inout ShellHubOptions) -> Void) -> ShellHubOptions {
    var options = ShellHubOptions()
    change(&options)
    return options
  }

  private static let files = [
    HubFile(path: "private.key", mode: 0o600, content: .plain(Array("key".utf8))),
    HubFile(path: "certificate.pem", mode: 0o644, content: .plain(Array("certificate".utf8))),
  ]

  @Test(arguments: HubDriverContract.rules)
  func `a hub with a plain shell keeps`(rule: ContractRule) async throws {
    try await with(ShellHubOptions()) { try await rule.check($0) }
  }

  @Test(arguments: HubDriverContract.rules)
  func `a hub that boots, talks and colours its prompt keeps`(rule: ContractRule) async throws {
    let options = Self.options {
      $0.shell = .bash
      $0.prompt = .coloured
      $0.boots = true
      $0.kernelNoise = true
    }
    try await with(options, shared: true) { try await rule.check($0) }
  }

  @Test(arguments: ShellHubOptions.Shell.allCases)
  func `what was synced survives the plug, and a rename is synced`(shell: ShellHubOptions.Shell) async throws
  {
    try #require(shell.program != nil, "\(shell.rawValue) is missing: install the package \(shell.rawValue)")
    try await with(Self.options { $0.shell = shell }) { hub in
      let first = try await hub.converse()
      try await first.begin()
      try await first.stage(Self.files) { _, _ in }
      try await hub.hub.unplug()
      await #expect(throws: HubError.self) { try await first.activateStaged() }
      #expect(try await hub.live("private.key") == nil)
      let second = try await hub.converse()
      try await second.begin()
      // Staged and synced: it is still there, and can be made live.
      try await second.activateStaged()
      try await hub.hub.unplug()
      #expect(try await hub.live("private.key") == Array("key".utf8))
      let third = try await hub.converse()
      try await third.begin()
      #expect(try await third.digests(of: ["private.key", "certificate.pem"]).count == 2)
    }
  }

  @Test(arguments: ShellHubOptions.Shell.allCases)
  func `what a profile forgets to sync is lost with the plug`(shell: ShellHubOptions.Shell) async throws {
    try #require(shell.program != nil, "\(shell.rawValue) is missing: install the package \(shell.rawValue)")
    let forgetful: (ConsoleProfile) -> ConsoleProfile = {
      var profile = $0
      profile.sync = "true"
      return profile
    }
    try await with(Self.options { $0.shell = shell }, profile: forgetful) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.stage(Self.files) { _, _ in }
      try await driver.activateStaged()
      #expect(try await hub.live("private.key") == Array("key".utf8))
      try await hub.hub.unplug()
      #expect(try await hub.live("private.key") == nil)
    }
  }

  @Test(arguments: ShellHubOptions.Shell.allCases)
  func `a network that a hub was told survives the plug`(shell: ShellHubOptions.Shell) async throws {
    try #require(shell.program != nil, "\(shell.rawValue) is missing: install the package \(shell.rawValue)")
    try await with(Self.options { $0.shell = shell }) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.setNetwork(HubDriverContract.network("Show Room", "correct horse battery"))
      try await hub.hub.unplug()
      #expect(try await hub.network() == Array("Show Room\ncorrect horse battery\n".utf8))
    }
  }

  @Test func `the same hub comes back from its folder`() async throws {
    let folder = ShellHub.scratchFolder()
    let first = try await ShellHub(ShellHubOptions(), folder: folder)
    let hub = ShellContractHub(first, profile: first.profile)
    let driver = try await hub.converse()
    try await driver.begin()
    try await driver.stage(Self.files) { _, _ in }
    try await driver.activateStaged()
    await first.pullOut()
    let again = ShellContractHub(
      try await ShellHub(ShellHubOptions(), folder: folder), profile: first.profile)
    #expect(try await again.live("private.key") == Array("key".utf8))
    try await again.end()
  }

  @Test func `a row of hubs announces a device for each, and goes when it is told to`() async throws {
    let (lines, line) = AsyncStream.makeStream(of: String.self)
    let row = Task { try await ShellHubRow.run(count: 2, seed: 3) { line.yield($0) } }
    var announced: [ShellHubRow.Announcement] = []
    for await text in lines {
      announced.append(try JSONDecoder().decode(ShellHubRow.Announcement.self, from: Data(text.utf8)))
      if announced.count == 2 { break }
    }
    #expect(announced.map(\.serial) == ["SPK00000001", "SPK00000002"])
    for hub in announced {
      var profile = ConsoleProfile.linuxShell(root: hub.sharedRoot)
      profile.limits.boot = .seconds(30)
      let link = try await SerialLink.open(path: hub.device, baud: 115_200)
      let driver = ConsoleDriver(line: link, profile: profile)
      try await driver.begin()
      let facts = try await driver.identify()
      #expect(facts.serial == hub.serial)
      #expect(facts.mac == hub.mac)
      await link.close()
    }
    row.cancel()
    try await row.value
    for hub in announced { #expect(!FileManager.default.fileExists(atPath: hub.root)) }
  }

  @Test func `devices in a folder that is named from here have absolute paths`() async throws {
    let name = "row-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: "/tmp/\(name)") }
    let up = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in ".." }
    let folder = (up + ["tmp", name]).joined(separator: "/")
    let (lines, line) = AsyncStream.makeStream(of: String.self)
    let row = Task { try await ShellHubRow.run(count: 1, folder: folder) { line.yield($0) } }
    for await text in lines {
      let hub = try JSONDecoder().decode(ShellHubRow.Announcement.self, from: Data(text.utf8))
      #expect(hub.device == "/tmp/\(name)/SPK00000001/tty")
      break
    }
    row.cancel()
    try await row.value
  }
}
