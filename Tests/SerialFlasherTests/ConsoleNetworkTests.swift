import Foundation
import HubDriverContract
import Synchronization
import Testing

@testable import SerialFlasher

/// A passphrase on its way to a hub: nothing of it may reach a shell, its screen, its history or a process's arguments,
/// and what arrives is what was sent.
@Suite("Console driver on real shells: networks", .serialized)
struct ConsoleNetworkTests {
  private static let passphrase = "kw7Qz-vortex-Umlauf-93"
  private let network = HubDriverContract.network("Show Room", passphrase)
  private let told = Array("Show Room\n\(passphrase)\n".utf8)

  /// Whether the passphrase stands in `place`, as it is or in base64 at any offset.
  private func isLeaked(in place: [UInt8]) -> Bool {
    let screen = String(decoding: place, as: UTF8.self)
    let joined = screen.filter { !$0.isNewline }
    let secret = Array(Self.passphrase.utf8)
    let cores = (0..<3).map { offset in
      let text = Data([UInt8](repeating: 0, count: offset) + secret).base64EncodedString()
      return String(
        text.dropFirst(offset == 0 ? 0 : 4).prefix((offset + secret.count) / 3 * 4 - (offset == 0 ? 0 : 4)))
    }
    return joined.contains(Self.passphrase) || cores.contains(where: joined.contains)
  }

  private func leave(_ hub: ShellHub) async throws {
    let line = try await hub.open()
    for _ in 0..<3 {
      try await line.send(Array("\u{3}\n".utf8))
      _ = try await line.receive(within: .milliseconds(200))
    }
    try await line.send(Array("exit\n".utf8))
    try await waitUntil("the shell to end") { !hub.bench.shellIsRunning }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a passphrase is told once, seen nowhere, and stands in no process's arguments`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      var profile = hub.profile
      // The hub's own program looks at every process of the machine while it holds the passphrase.
      profile.setWifiCredentials = """
        cat >{root}/etc/wifi;cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null|tr '\\0' '\\n' >{root}/etc/seen
        """
      let driver = try await hub.converse(profile)
      try await driver.begin()
      try await driver.setNetwork(network)
      #expect(try await hub.network() == told)
      let seen = try #require(hub.contents("etc/seen"))
      #expect(seen.count > 100 && !isLeaked(in: seen))
      #expect(isLeaked(in: hub.bench.typed()), "the search finds it where it must be")
      try await driver.finish()
      try await leave(hub)
      #expect(!isLeaked(in: hub.traces()))
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a program that repeats the passphrase and fails is told by its status alone`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      var profile = hub.profile
      profile.setWifiCredentials = "IFS= read -r s;IFS= read -r p;echo \"$p\";echo \"wrong: $p\" >&2;exit 7"
      let driver = try await hub.converse(profile)
      try await driver.begin()
      await #expect(throws: HubError.commandFailed(name: "set-wifi-credentials", status: 7, excerpt: "")) {
        try await driver.setNetwork(network)
      }
      #expect(try await driver.identify() == hub.facts, "the conversation goes on")
      try await leave(hub)
      #expect(!isLeaked(in: hub.traces()))
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a letter that the wire changes is noticed by the hub, and it is told again`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      let times = Mutex(0)
      let relay = ConsoleRelay(
        try await hub.open(),
        .init(sendSecret: { secret, line throws(LineError) in
          let time = times.withLock { count -> Int in
            count += 1
            return count
          }
          var bytes = secret.withBytes { Array($0) }
          // Still base64, of the same length: nothing but a checksum finds it.
          if time == 1 { bytes[20] = bytes[20] == 0x41 ? 0x42 : 0x41 }
          try await line.send(bytes)
        }))
      let driver = ConsoleDriver(line: relay, profile: hub.profile)
      try await driver.begin()
      try await driver.setNetwork(network)
      #expect(try await hub.network() == told)
      #expect(times.withLock { $0 } == 2)
    }
  }

  @Test(arguments: ConsoleShell.allCases, [1, -1, 30, -30, 90, -90])
  func `a station that dies or a plug that is pulled in the middle leaves the passphrase to nobody`(
    shell: ConsoleShell, cut: Int
  ) async throws {
    try await withShellHub(shell) { hub in
      let relay = ConsoleRelay(try await hub.open(), .dying(after: cut, hub.bench))
      let first = ConsoleDriver(line: relay, profile: hub.profile)
      try await first.begin()
      await #expect(throws: HubError.self) { try await first.setNetwork(network) }
      #expect(try await hub.network() == nil)
      if cut < 0 { try hub.bench.plugIn() }
      let second = try await hub.converse()
      try await second.begin()
      try await second.setNetwork(network)
      #expect(try await hub.network() == told)
      try await leave(hub)
      #expect(!isLeaked(in: hub.traces()))
    }
  }

  @Test func `a profile without the command says so before a byte is sent`() async throws {
    try await withShellHub(.dash) { hub in
      var profile = hub.profile
      profile.setWifiCredentials = ""
      let driver = try await hub.converse(profile)
      try await driver.begin()
      await #expect(
        throws: HubError.unsupported("set-wifi-credentials: the profile linux-shell has no such command")
      ) { try await driver.setNetwork(network) }
      #expect(!isLeaked(in: hub.bench.typed()))
    }
  }
}
