import Foundation
import Synchronization
import Testing

@testable import SerialFlasher

/// A hub made of bad manners, and the time that passes on its line: nothing here waits for real.
private final class HostileLine: HubLine, Sendable {
  struct State {
    var time = Duration.zero
    var sent: [UInt8] = []
    var heard = 0
    var queue: [[UInt8]] = []
  }

  let name = "hostile"
  let state = Mutex(State())
  /// What the hub says to what was sent; called once per `send`.
  private let answer: @Sendable (String) -> [[UInt8]]
  /// What it says when nothing is queued; empty for silence.
  private let babble: @Sendable (Int) -> [UInt8]

  init(
    babble: @escaping @Sendable (Int) -> [UInt8] = { _ in [] },
    answer: @escaping @Sendable (String) -> [[UInt8]] = { _ in [] }
  ) {
    self.babble = babble
    self.answer = answer
  }

  var now: @Sendable () -> Duration { { self.state.withLock { $0.time } } }

  func send(_ bytes: [UInt8]) async throws(LineError) {
    let said = answer(String(decoding: bytes, as: UTF8.self))
    state.withLock { state in
      state.sent += bytes
      state.queue += said
    }
  }

  func send(secret: SecretBytes) async throws(LineError) { try await send(secret.withBytes { Array($0) }) }

  func receive(within timeout: Duration) async throws(LineError) -> [UInt8] {
    state.withLock { state in
      state.heard += 1
      let bytes = state.queue.isEmpty ? babble(state.heard) : state.queue.removeFirst()
      state.time += bytes.isEmpty ? timeout : min(timeout, .milliseconds(1))
      return bytes
    }
  }

  func discardInput() async throws(LineError) {}
  func close() async {}
}

@Suite("Console driver against hubs with bad manners")
struct ConsoleHostileTests {
  private func begin(_ line: HostileLine, password: String? = nil) async -> HubError? {
    let driver = ConsoleDriver(
      line: line, profile: .linuxShell(), password: password.map(ShellHub.secret), now: line.now)
    do {
      try await driver.begin()
      return nil
    } catch { return error }
  }

  @Test func `a hub that says nothing is silent after the time to boot and not much later`() async {
    let line = HostileLine()
    #expect(await begin(line) == .silent(waitingFor: "a shell", heard: 0))
    let waited = line.state.withLock { $0.time }
    #expect(waited >= .seconds(90) && waited < .seconds(100))
  }

  static let floods: [String: [UInt8]] = [
    "letters without end of line": [UInt8](repeating: 0x41, count: 1 << 16),
    "line ends": [UInt8](repeating: 10, count: 1 << 16),
    "control sequences": [UInt8]((0..<1 << 13).flatMap { _ in Array("\u{1B}[1;3".utf8) }),
    "a string that never ends": Array("\u{1B}]".utf8) + [UInt8](repeating: 0x41, count: 1 << 16),
    "all bytes": (0..<1 << 16).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) },
    "kernel lines": [UInt8](
      (0..<1 << 10).flatMap { _ in Array("[   12.345678] usb 1-1: over and over\r\n".utf8) }),
    "a few bytes at a time": [0x41, 0x0A],
  ]

  @Test func `a flood is garbled, within the bounds of time and bytes`() async {
    await withTaskGroup(of: Void.self) { group in
      for (kind, flood) in Self.floods {
        group.addTask {
          let line = HostileLine(babble: { _ in flood })
          guard case .garbled(waitingFor: "a shell", let excerpt) = await begin(line) else {
            Issue.record("not garbled: \(kind)")
            return
          }
          #expect(excerpt.utf8.count <= 80, "\(kind)")
          #expect(line.state.withLock { $0.time } < .seconds(100), "\(kind)")
          #expect(line.state.withLock { $0.sent.count } < 1 << 16, "\(kind)")
        }
      }
    }
  }

  @Test func `a plug that gives back every byte is no hub`() async {
    let line = HostileLine(answer: { [Array($0.utf8)] })
    guard case .garbled = await begin(line) else {
      Issue.record("not garbled")
      return
    }
  }

  @Test func `a hub that repeats the password and then says nothing does not have it told`() async {
    let wasAsked = Mutex(false)
    let line = HostileLine(answer: { text in
      guard !wasAsked.withLock({ $0 }) else { return [] }
      switch text {
      case "root\n": return [Array("root\r\nPassword: ".utf8)]
      case "hunter2":
        wasAsked.withLock { $0 = true }
        return [Array("hunter2".utf8)]
      default: return [Array("\r\nhub login: ".utf8)]
      }
    })
    let error = await begin(line, password: "hunter2")
    #expect(line.state.withLock { String(decoding: $0.sent, as: UTF8.self).contains("hunter2") })
    guard case .garbled(waitingFor: "a shell", let excerpt) = error else {
      Issue.record("it ended as \(error.map { "\($0)" } ?? "well")")
      return
    }
    #expect(excerpt == "")
  }

  @Test func `a prompt for a user again and again ends as a refused login`() async {
    let line = HostileLine(answer: { _ in [Array("\r\nhub login: ".utf8)] })
    #expect(await begin(line) == .loginRefused(user: "root"))
  }

  @Test func `a prompt for a password again and again is given the password no more than twice`() async {
    let line = HostileLine(answer: { text in
      [Array((text == "root\n" ? "Password: " : "\r\nhub login: ").utf8)]
    })
    #expect(await begin(line, password: "hunter2") == .loginRefused(user: "root"))
    let sent = String(decoding: line.state.withLock { $0.sent }, as: UTF8.self)
    #expect(sent.components(separatedBy: "hunter2").count - 1 == 2)
  }

  /// A hub that lets itself be entered, and then answers questions by `answer`, which is given the two words.
  private func entered(_ answer: @escaping @Sendable (String, String) -> [[UInt8]]) -> HostileLine {
    HostileLine(answer: { text in
      if let match = text.firstMatch(of: /R([0-9a-f]{8}) ([0-9a-f]{8})/) {
        return [Array("\r\nR\(match.1)\(match.2)\r\n".utf8)]
      }
      if let match = text.firstMatch(of: /twice "T([0-9a-f]{8})"([0-9a-f]{8})/) {
        return [Array("\r\nT\(match.1)\(match.2)\r\n".utf8)]
      }
      if let match = text.firstMatch(of: /ask ([0-9a-f]{8}) ([0-9a-f]{8})/) {
        return answer(String(match.1), String(match.2))
      }
      return []
    })
  }

  private func identify(_ line: HostileLine) async -> HubError? {
    let driver = ConsoleDriver(line: line, profile: .linuxShell(), now: line.now)
    do {
      try await driver.begin()
      _ = try await driver.identify()
      return nil
    } catch { return error }
  }

  @Test func `an answer that never comes is silent after the time of a command`() async {
    let line = entered { _, _ in [] }
    #expect(await identify(line) == .silent(waitingFor: "serial", heard: 0))
    #expect(line.state.withLock { $0.time } < .seconds(20))
  }

  @Test func `an answer that looks like the next prompt is waited over`() async {
    let line = entered { _, _ in [Array("\r\nhub# \r\nhub login: ".utf8)] }
    guard case .silent(waitingFor: "serial", let heard) = await identify(line) else {
      Issue.record("not silent")
      return
    }
    #expect(heard == 20)
  }

  @Test func `answers that are always damaged are asked for four times and then garbled`() async {
    let asked = Mutex(0)
    let line = entered { first, second in
      asked.withLock { $0 += 1 }
      let end = "E\(second)\(first) " + String(repeating: "0", count: 64)
      return [Array("\nB\(first)\(second)\nQUJD\n\(end)\n\(end)\n".utf8)]
    }
    guard case .garbled(waitingFor: "serial", _) = await identify(line) else {
      Issue.record("not garbled")
      return
    }
    #expect(asked.withLock { $0 } == 4)
  }

  @Test func `an answer without end is garbled before it fills the memory`() async {
    let line = entered { first, second in
      [Array("\nB\(first)\(second)\n".utf8)]
        + (0..<200).map { _ in Array(String(repeating: "QUJDQUJDQUJD\n", count: 2000).utf8) }
    }
    guard case .garbled(waitingFor: "serial", _) = await identify(line) else {
      Issue.record("not garbled")
      return
    }
  }
}
