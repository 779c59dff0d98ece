import Foundation
import HubDriverContract
import SerialFlasher
import Synchronization
import Testing

/// A whole unit's conversation but for `begin` and `finish`.
func provision(_ driver: any HubDriver, _ hub: ShellHub, salt: UInt8) async throws {
  let facts = try await driver.identify()
  #expect(facts.serial == hub.facts.serial && facts.mac == hub.facts.mac)
  try await driver.discardStaged(includingKey: true)
  let bytes = (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ Int(salt)) }
  let secret = bytes.prefix(300).withUnsafeBytes { SecretBytes(copying: $0) }
  try await driver.stage([
    HubFile(path: "private.key", mode: 0o600, content: .secret(secret)),
    HubFile(path: "data", mode: 0o644, content: .plain(bytes)),
  ]) { _, _ in }
  try await driver.activateStaged()
  let digests = try await driver.digests(of: ["private.key", "data"])
  #expect(digests.count == 2)
  #expect(hub.contents("var/lib/hub/identity/data") == bytes)
}

@Suite("Console driver on real shells: states that a console is left in")
struct ConsoleShellTests {
  @Test(arguments: ConsoleShell.allCases)
  func `colours, titles, paste marks and cursor questions in the prompt disturb nothing`(shell: ConsoleShell)
    async throws
  {
    let prompts = [
      "PS1": shell == .bash ? "\\[\\e[1;32m\\]hub\\[\\e[0m\\]:\\w# " : "\u{1B}[1;32mhub\u{1B}[0m:# ",
      "PROMPT_COMMAND": "printf '\\033]0;title\\007'",
    ]
    try await withShellHub(shell, environment: prompts, pieceLimit: 3) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await provision(driver, hub, salt: 1)
      try await driver.finish()
    }
  }

  @Test(arguments: ConsoleShell.allCases, ["stty -echo", "stty raw -echo", "stty -onlcr tostop"])
  func `a console without echo or in raw mode is taken over`(shell: ConsoleShell, mode: String) async throws {
    let command = try shell.command().joined(separator: " ")
    try await withShellHub(shell, script: "\(mode); exec \(command)") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await provision(driver, hub, salt: 2)
      try await driver.finish()
    }
  }

  @Test(
    arguments: ConsoleShell.allCases,
    [
      "cat\n", "cat >/dev/null <<X\n", "echo 'open\n", "sleep 100\n", "read x\n",
      "stty -echo; while read l; do :; done\n",
    ])
  func `a shell left in the middle of something is freed`(shell: ConsoleShell, left: String) async throws {
    try await withShellHub(shell) { hub in
      let line = try await hub.open()
      try await line.send(Array(left.utf8))
      _ = try await line.receive(within: .milliseconds(100))
      let driver = try await hub.converse()
      try await driver.begin()
      #expect(try await driver.identify() == hub.facts)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a hub unplugged at any step is said to be unplugged, and is made whole by the next conversation`(
    shell: ConsoleShell
  ) async throws {
    try await withShellHub(shell) { hub in
      var random = SeededNumbers(seed: 7)
      let whole = ConsoleRelay(try await hub.open(), .init())
      let first = ConsoleDriver(line: whole, profile: hub.profile)
      try await first.begin()
      try await provision(first, hub, salt: 3)
      try await first.finish()
      for round in 0..<12 {
        let step = Int.random(in: 1...whole.count, using: &random)
        let relay = ConsoleRelay(
          try await hub.open(), .init(beforeCall: { [bench = hub.bench] in if $0 == step { bench.hangUp() } })
        )
        let cut = ConsoleDriver(line: relay, profile: hub.profile)
        do {
          try await cut.begin()
          try await provision(cut, hub, salt: UInt8(10 + round))
          try await cut.finish()
          #expect(relay.count < step, "nothing was noticed of the plug pulled at step \(step)")
        } catch let error as HubError {
          guard case .line(.unplugged) = error else {
            Issue.record("step \(step) of \(whole.count): \(error)")
            continue
          }
        }
        try hub.bench.plugIn()
        let next = try await hub.converse()
        try await next.begin()
        try await provision(next, hub, salt: UInt8(100 + round))
        try await next.finish()
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: hub.root + "/var/lib/hub")
      #expect(left.count == 2, "the link and what it leads to: \(left)")
    }
  }

  @Test(arguments: ConsoleShell.allCases, [0, 1])
  func `kernel lines between and inside all lines change nothing`(shell: ConsoleShell, kind: Int) async throws
  {
    let stamped = kind == 0
    try await withShellHub(shell) { hub in
      let random = Mutex(SeededNumbers(seed: 11))
      let relay = ConsoleRelay(
        try await hub.open(),
        .init(hear: { bytes in
          random.withLock { random in
            guard !bytes.isEmpty, Double.random(in: 0..<1, using: &random) < (stamped ? 0.5 : 0.03) else {
              return bytes
            }
            let place = Int.random(in: 0...bytes.count, using: &random)
            let seconds = Int.random(in: 0...99999, using: &random)
            let stamp = String(repeating: " ", count: 5 - "\(seconds)".count) + "\(seconds)"
            let text =
              stamped ? "[\(stamp).123456] usb 1-1: new device [12]\r\n" : "random: crng init done\r\n"
            return bytes[..<place] + Array(text.utf8) + bytes[place...]
          }
        }))
      let driver = ConsoleDriver(line: relay, profile: hub.profile)
      for _ in 0..<3 {
        try await driver.begin()
        for salt in 0..<8 { try await provision(driver, hub, salt: UInt8(salt)) }
      }
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a byte lost on its way to the hub is noticed, and what it was part of is sent again`(
    shell: ConsoleShell
  )
    async throws
  {
    try await withShellHub(shell) { hub in
      let random = Mutex(SeededNumbers(seed: 5))
      let lost = Mutex(0)
      let relay = ConsoleRelay(
        try await hub.open(),
        .init(say: { bytes in
          random.withLock { random in
            // Neither the line ends around a command nor the question after data: what is lost there is time.
            guard bytes.count > 60, Double.random(in: 0..<1, using: &random) < 0.15 else { return bytes }
            var less = bytes
            less.remove(at: Int.random(in: 1..<bytes.count - 4, using: &random))
            lost.withLock { $0 += 1 }
            return less
          }
        }))
      var profile = hub.profile
      profile.limits.prompt = .milliseconds(500)
      let driver = ConsoleDriver(line: relay, profile: profile)
      try await driver.begin()
      for salt in 0..<8 { try await provision(driver, hub, salt: UInt8(salt)) }
      #expect(lost.withLock { $0 } > 5)
    }
  }

  @Test func `a shell that hears no ^C, left in the middle of a transfer, is freed all the same`()
    async throws
  {
    try await withShellHub(.dash, script: "trap '' INT; exec dash -i") { hub in
      let relay = ConsoleRelay(
        try await hub.open(),
        .init(sendSecret: { _, line throws(LineError) in throw .closed(device: line.name) }))
      let first = ConsoleDriver(line: relay, profile: hub.profile)
      try await first.begin()
      await #expect(throws: HubError.self) { try await provision(first, hub, salt: 1) }
      let second = try await hub.converse()
      try await second.begin()
      try await provision(second, hub, salt: 2)
    }
  }

  @Test func `the fields of a hub that says too much, nothing or no text are garbled`() async throws {
    try await withShellHub(.dash) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      let file = URL(fileURLWithPath: hub.root + "/etc/hub/serial")
      for wrong in [
        [], [10, 10], [0], Array("a\u{1B}[0mb".utf8), Array("a\nb".utf8), Array("ä".utf8),
        [UInt8](repeating: 65, count: 200), [UInt8](repeating: 65, count: 5_000_000),
      ] {
        try Data(wrong).write(to: file)
        do {
          let facts = try await driver.identify()
          Issue.record("taken: \(facts)")
        } catch let error as HubError {
          guard case .garbled(let waitingFor, _) = error, waitingFor.hasPrefix("serial") else { throw error }
        }
      }
      try FileManager.default.removeItem(at: file)
      await #expect(throws: HubError.self) { try await driver.identify() }
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a plain folder in the place of the link is replaced, and what is left over is swept away`(
    shell: ConsoleShell
  ) async throws {
    try await withShellHub(shell) { hub in
      let parent = hub.root + "/var/lib/hub"
      for name in ["identity", "identity.g-00000000000", "identity.backup"] {
        try FileManager.default.createDirectory(
          atPath: "\(parent)/\(name)", withIntermediateDirectories: true)
      }
      let driver = try await hub.converse()
      try await driver.begin()
      try await provision(driver, hub, salt: 5)
      try await driver.finish()
      let left = try FileManager.default.contentsOfDirectory(atPath: parent).sorted()
      #expect(left.count == 3 && left.starts(with: ["identity", "identity.backup"]), "\(left)")
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: parent + "/identity")
      #expect(link == left[2])
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `at every moment of a switch there is one whole identity`(shell: ConsoleShell) async throws {
    try await withShellHub(shell) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await provision(driver, hub, salt: 0)
      let path = hub.root + "/var/lib/hub/identity/data"
      let isOver = Mutex(false)
      async let missing = Task.detached { () -> Int in
        var missing = 0
        while !isOver.withLock({ $0 }) {
          if access(path, R_OK) != 0 { missing += 1 }
        }
        return missing
      }.value
      for salt in 1...6 { try await provision(driver, hub, salt: UInt8(salt)) }
      isOver.withLock { $0 = true }
      #expect(await missing == 0)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `a file has its mode before its content and afterwards`(shell: ConsoleShell) async throws {
    try await withShellHub(shell) { hub in
      let modes = Mutex<[String]>([])
      let parent = hub.root + "/var/lib/hub/identity.staged"
      let look: @Sendable () -> Void = {
        for name in ["private.key"] {
          let facts = try? FileManager.default.attributesOfItem(atPath: "\(parent)/\(name)")
          let mode = (facts?[.posixPermissions] as? NSNumber)?.intValue ?? -1
          let size = (facts?[.size] as? NSNumber)?.intValue ?? -1
          modes.withLock { $0.append("\(String(mode, radix: 8)) \(size)") }
        }
      }
      let relay = ConsoleRelay(
        try await hub.open(),
        .init(sendSecret: { secret, line throws(LineError) in
          look()
          try await line.send(secret: secret)
        }))
      let driver = ConsoleDriver(line: relay, profile: hub.profile)
      try await driver.begin()
      try await provision(driver, hub, salt: 6)
      look()
      #expect(modes.withLock { $0.first } == "600 0")
      for (name, mode) in [("private.key", 0o600), ("data", 0o644), ("", 0o755)] {
        let facts = try FileManager.default.attributesOfItem(
          atPath: "\(hub.root)/var/lib/hub/identity/\(name)")
        #expect((facts[.posixPermissions] as? NSNumber)?.intValue == mode, "\(name)")
      }
    }
  }

  @Test func `a hub without the programs that the profile needs is told by their names`() async throws {
    try await withShellHub(.dash) { hub in
      var profile = hub.profile
      profile.requires += ["no-such-tool", "other-tool"]
      let driver = try await hub.converse(profile)
      await #expect(throws: HubError.unsupported("the hub lacks no-such-tool other-tool")) {
        try await driver.begin()
      }
    }
  }
}
