import Foundation
import SerialFlasher
import Testing

@Suite("Console driver on real shells: boot and login")
struct ConsoleLoginTests {
  /// What a hub does from power-on to a shell, as a script: a boot loader that stops at any key, a kernel, a login.
  private func boot(_ shell: ConsoleShell, password: String?) throws -> String {
    let command = try shell.command().joined(separator: " ")
    let ask =
      password == nil
      ? "p=" : "sleep 0.3; stty -echo; printf 'Password: '; IFS= read -r p; stty echo; echo; sleep 0.3"
    return """
      trap 'echo >interrupted' INT
      while [ ! -e go ]; do sleep 0.02; done
      printf 'U-Boot 2024.01\\r\\nHit any key to stop autoboot:  1 '
      stty -echo -icanon -isig min 0 time 6; key=$(dd bs=1 count=1 2>/dev/null | od -An -tx1); stty sane
      if [ -n "$key" ]; then while :; do printf '\\n=> '; IFS= read -r x; done; fi
      printf '\\b\\b\\b 0 \\nStarting kernel ...\\n\\n'
      sleep 0.2
      printf '[    0.000000] Linux version 6.6\\n[    0.200000] random: '
      sleep 0.2
      printf 'crng init done\\n[  OK  ] Reached target Multi-User System.\\n'
      while :; do
        printf '\\nHub OS 1.0 hub ttyS0\\n\\nhub login: '
        IFS= read -r u || exit
        [ -n "$u" ] || continue
        \(ask)
        if [ "$u/$p" = 'root/\(password ?? "")' ]; then
          printf '\\nLast login: Tue\\n'
          \(command)
          exit
        fi
        sleep 0.7; echo 'Login incorrect'
      done
      """
  }

  private func profile(_ hub: ShellHub) -> ConsoleProfile {
    var profile = hub.profile
    // The script's own shell takes its time to notice that it may go.
    profile.limits.quiet = .milliseconds(150)
    return profile
  }

  @Test(arguments: ConsoleShell.allCases, ["s3cret 'x\"$", nil])
  func `a hub is met while it boots, and logged in and out`(shell: ConsoleShell, password: String?)
    async throws
  {
    let script = try boot(shell, password: password).replacingOccurrences(
      of: "root/s3cret 'x\"$'", with: "root/s3cret '\\''x\"$'")
    try await withShellHub(shell, script: script) { hub in
      var profile = profile(hub)
      profile.limits.quiet = .seconds(1)
      let driver = try await hub.converse(profile, password: password)
      try hub.touch("go")
      try await driver.begin()
      #expect(!FileManager.default.fileExists(atPath: hub.folder + "/interrupted"), "^C to a boot or a login")
      try await provision(driver, hub, salt: 9)
      try await driver.finish()
      try await waitUntil("the shell to end") { !hub.bench.shellIsRunning }
      if let password {
        #expect(!String(decoding: hub.traces(), as: UTF8.self).contains(password))
      }
    }
  }

  @Test(arguments: ["wrong", nil])
  func `a refused login is told as one`(password: String?) async throws {
    let script = try boot(.dash, password: "right").replacingOccurrences(of: "time 6", with: "time 0")
    try await withShellHub(.dash, script: script) { hub in
      try hub.touch("go")
      let driver = try await hub.converse(profile(hub), password: password)
      await #expect(throws: HubError.loginRefused(user: "root")) { try await driver.begin() }
    }
  }

  @Test func `a login left at its password is begun anew`() async throws {
    let script = try boot(.dash, password: "right").replacingOccurrences(of: "time 6", with: "time 0")
    try await withShellHub(.dash, script: script) { hub in
      try hub.touch("go")
      let line = try await hub.open()
      var heard = ""
      while !heard.contains("login: ") {
        heard += String(decoding: try await line.receive(within: .seconds(5)), as: UTF8.self)
      }
      try await line.send(Array("operator\n".utf8))
      while !heard.contains("Password: ") {
        heard += String(decoding: try await line.receive(within: .seconds(5)), as: UTF8.self)
      }
      let driver = try await hub.converse(profile(hub), password: "right")
      try await driver.begin()
      #expect(try await driver.identify() == hub.facts)
    }
  }

  @Test func `a console that waits for Enter is given it`() async throws {
    let script = """
      trap : INT
      printf '\\nPlease press Enter to activate this console. '
      read -r x; exec dash -i
      """
    try await withShellHub(.dash, script: script) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      #expect(try await driver.identify() == hub.facts)
    }
  }

  @Test(arguments: ConsoleShell.allCases)
  func `after the conversation the shell is as it was, and remembers nothing of it`(shell: ConsoleShell)
    async throws
  {
    try await withShellHub(shell) { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await provision(driver, hub, salt: 4)
      try await driver.finish()
      let line = try await hub.open()
      try await line.send(Array("\necho $((6*7)); stty -a\n".utf8))
      var heard = ""
      while !heard.contains("icanon") {
        let bytes = try await line.receive(within: .seconds(5))
        try #require(!bytes.isEmpty, "\(heard)")
        heard += String(decoding: bytes, as: UTF8.self)
      }
      #expect(heard.contains("42") && !heard.contains("-echo ") && !heard.contains("-icanon"))
      try await line.send(Array("\nexit\n".utf8))
      try await waitUntil("the shell to end") { !hub.bench.shellIsRunning }
      #expect(FileManager.default.contents(atPath: hub.history) == nil || shell == .busybox)
    }
  }
}

/// Waits for another process, which has no clock that could be passed in.
func waitUntil(_ what: String, _ condition: () -> Bool) async throws {
  for _ in 0..<1000 {
    if condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("waited for ten seconds in vain for \(what)")
}
