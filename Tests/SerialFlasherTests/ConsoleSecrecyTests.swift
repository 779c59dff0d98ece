import Foundation
import Synchronization
import Testing

@testable import SerialFlasher

/// Nothing of a private key may reach a shell, its screen or its history, however a transfer ends.
@Suite("Console driver on real shells: secrets")
struct ConsoleSecrecyTests {
  private let key = (0..<1200).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }

  private var files: [HubFile] {
    [
      HubFile(
        path: "private.key", mode: 0o600, content: .secret(key.withUnsafeBytes { SecretBytes(copying: $0) }))
    ]
  }

  /// Any sixteen characters of the key's base64 text, or so many, that stand in `place`.
  private func leaked(in place: [UInt8], of length: Int = 16) -> [String] {
    let text = Array(Data(key).base64EncodedString())
    let screen = String(decoding: place, as: UTF8.self).filter { !$0.isNewline }
    return stride(from: 0, to: text.count - length, by: length).map { String(text[$0..<$0 + length]) }.filter(
      screen.contains)
  }

  /// Ends the hub's shell in the ordinary way, so that it writes its history.
  private func leave(_ hub: ShellHub) async throws {
    let line = try await hub.open()
    for _ in 0..<3 {
      try await line.send(Array("\u{3}\n".utf8))
      _ = try await line.receive(within: .milliseconds(200))
    }
    try await line.send(Array("exit\n".utf8))
    try await waitUntil("the shell to end") { !hub.bench.shellIsRunning }
  }

  private func expectNothing(_ hub: ShellHub) async throws {
    try await leave(hub)
    #expect(leaked(in: hub.traces()).isEmpty)
    #expect(FileManager.default.contents(atPath: hub.history) == nil || hub.shell == .busybox)
  }

  @Test(arguments: ConsoleShell.allCases)
  func `with an owner that the hub does not know no byte of the key leaves the station`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      var strange = files
      strange[0].owner = "no-such-user:nor-group"
      do {
        try await driver.stage(strange) { _, _ in }
        Issue.record("staged for an owner who is not there")
      } catch let error as HubError {
        guard case .storageRefused(path: "private.key", let excerpt) = error else { throw error }
        #expect(excerpt.contains("no-such-user"))
      }
      #expect(leaked(in: hub.bench.typed()).isEmpty)
      strange[0].owner = NSUserName()
      try await driver.stage(strange) { _, _ in }
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `with the folder missing no byte of the key leaves the station`(shell: ConsoleShell) async throws {
    try await withShellHub(shell) { hub in
      var profile = hub.profile
      profile.prepareStaged = ":"
      let driver = try await hub.converse(profile)
      try await driver.begin()
      do {
        try await driver.stage(files) { _, _ in }
        Issue.record("staged in a folder that is missing")
      } catch let error as HubError {
        guard case .storageRefused(path: "private.key", let excerpt) = error else { throw error }
        #expect(excerpt.lowercased().contains("no") && excerpt.contains("private.key"), "\(excerpt)")
      }
      #expect(leaked(in: hub.bench.typed()).isEmpty)
      #expect(try await driver.identify() == hub.facts, "the conversation goes on")
      try await expectNothing(hub)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a disk that is full from the first byte is told, and the key is swallowed`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      var profile = hub.profile
      profile.sink = "{ lines|base64 -d;} >/dev/full"
      let driver = try await hub.converse(profile)
      try await driver.begin()
      await #expect(throws: HubError.storageFull(path: "private.key")) {
        try await driver.stage(files) { _, _ in }
      }
      #expect(try await driver.identify() == hub.facts, "the conversation goes on")
      try await expectNothing(hub)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a disk that fills in the middle of the key is told, and the rest is swallowed`(shell: ConsoleShell)
    async throws
  {
    let command = try shell.command().joined(separator: " ")
    try await withShellHub(shell, script: "ulimit -f 1; exec \(command)") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      let large = (0..<6).flatMap { _ in key }
      let secret = large.withUnsafeBytes { SecretBytes(copying: $0) }
      await #expect(throws: HubError.storageFull(path: "private.key")) {
        try await driver.stage([HubFile(path: "private.key", mode: 0o600, content: .secret(secret))]) {
          _, _ in
        }
      }
      #expect(try await driver.identify() == hub.facts, "the conversation goes on")
      try await expectNothing(hub)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a sink that dies between its word and the data leaves the key to nobody`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      for sink: CommandTemplate in [
        "twice \"O$a$z\";exit 9", "twice \"O$a$z\";kill -9 $(exec sh -c 'echo $PPID')",
      ] {
        var profile = hub.profile
        profile.sink = sink
        let driver = try await hub.converse(profile)
        try await driver.begin()
        do {
          try await driver.stage(files) { _, _ in }
          Issue.record("staged in a sink that is dead")
        } catch let error as HubError {
          guard case .storageRefused = error else { throw error }
        }
        try await waitUntil("data that were sent all the same") { !leaked(in: hub.bench.typed()).isEmpty }
        #expect(try await driver.identify() == hub.facts, "the conversation goes on")
      }
      try await expectNothing(hub)
    }
  }

  @Test(arguments: ConsoleShell.allCases, [1, -1, 40, -40, 300, -300, 800, -800])
  func
    `a station that dies or a plug that is pulled in the middle of the key leaves nothing for the next one to show`(
      shell: ConsoleShell, cut: Int
    ) async throws
  {
    try await withShellHub(shell) { hub in
      let relay = ConsoleRelay(try await hub.open(), .dying(after: cut, hub.bench))
      let first = ConsoleDriver(line: relay, profile: hub.profile)
      try await first.begin()
      await #expect(throws: HubError.self) { try await first.stage(files) { _, _ in } }
      if cut < 0 { try hub.bench.plugIn() }
      let second = try await hub.converse()
      try await second.begin()
      try await second.discardStaged(includingKey: true)
      try await second.stage(files) { _, _ in }
      try await second.activateStaged()
      #expect(try await hub.live("private.key") == key)
      try await expectNothing(hub)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a key that is delivered is seen nowhere, and no process has it among its arguments`(
    shell: ConsoleShell
  )
    async throws
  {
    try await withShellHub(shell) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.stage(files) { _, _ in }
      try await driver.activateStaged()
      try await driver.finish()
      try await expectNothing(hub)
    }
  }

  /// A hub whose console says again what it takes, and then refuses it: its words become an error, and an error a row.
  @Test(arguments: ConsoleShell.allCases, ["exit 9", "echo No space left on device >&2;exit 1", "exit 97"])
  func `what a hub repeats of a key is in no error`(shell: ConsoleShell, end: String) async throws {
    try await withShellHub(shell) { hub in
      var profile = hub.profile
      profile.sink = CommandTemplate(
        rawValue: "lines|{ while IFS= read -r l;do echo \"$l\" >/dev/tty;done;\(end);}")
      let driver = try await hub.converse(profile)
      try await driver.begin()
      do {
        try await driver.stage(files) { _, _ in }
        Issue.record("staged")
      } catch let error as HubError {
        #expect(leaked(in: Array("\(error)".utf8), of: 12).isEmpty, "\(error)")
        if end.contains("No space") { #expect(error == .storageFull(path: "private.key")) }
      }
      #expect(leaked(in: hub.traces(), of: 12).isEmpty == false, "it repeated nothing")
      #expect(try await driver.identify() == hub.facts, "the conversation goes on")
    }
  }

  @Test func `not a byte of a file is sent before the sink has said that it is open`() async throws {
    try await withShellHub(.dash) { hub in
      var profile = hub.profile
      // Opens, and keeps its word back until the test has looked.
      profile.sink = "umask 077;while [ ! -e {root}/look ];do sleep 0.02;done;{ lines|base64 -d;} >{path}"
      let driver = try await hub.converse(profile)
      try await driver.begin()
      async let staged: Void = driver.stage(files) { _, _ in }
      try await waitUntil("the sink") { String(decoding: hub.bench.typed(), as: UTF8.self).contains("sink ") }
      for _ in 0..<10 {
        try await Task.sleep(for: .milliseconds(10))
        #expect(leaked(in: hub.bench.typed()).isEmpty)
      }
      try hub.touch("root/look")
      try await staged
      #expect(!leaked(in: hub.bench.typed()).isEmpty)
    }
  }
}
