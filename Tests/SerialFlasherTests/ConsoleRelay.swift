import SerialFlasher
import Synchronization

/// A line in front of another, that does what a test asks for with what goes through it.
final class ConsoleRelay: HubLine, Sendable {
  struct Plan: Sendable {
    /// Changes what was heard.
    var hear: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Changes what is sent.
    var say: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    /// Called before each call with its number, from 1 on.
    var beforeCall: @Sendable (Int) async -> Void = { _ in }
    /// Sends a secret in another way than whole.
    var sendSecret: (@Sendable (SecretBytes, any HubLine) async throws(LineError) -> Void)?
  }

  private let line: any HubLine
  private let plan: Plan
  private let calls = Mutex(0)

  init(_ line: any HubLine, _ plan: Plan) {
    self.line = line
    self.plan = plan
  }

  var name: String { line.name }
  /// How many calls there were.
  var count: Int { calls.withLock { $0 } }

  private func step() async {
    let number = calls.withLock { count -> Int in
      count += 1
      return count
    }
    await plan.beforeCall(number)
  }

  func send(_ bytes: [UInt8]) async throws(LineError) {
    await step()
    try await line.send(plan.say(bytes))
  }

  func send(secret: SecretBytes) async throws(LineError) {
    await step()
    guard let other = plan.sendSecret else { return try await line.send(secret: secret) }
    try await other(secret, line)
  }

  func receive(within timeout: Duration) async throws(LineError) -> [UInt8] {
    await step()
    return plan.hear(try await line.receive(within: timeout))
  }

  func discardInput() async throws(LineError) { try await line.discardInput() }
  func close() async { await line.close() }
}

extension ConsoleRelay.Plan {
  /// After so many bytes of a secret the station dies; where the number is negative, the plug is pulled.
  static func dying(after cut: Int, _ bench: ShellBench) -> Self {
    Self(sendSecret: { secret, line throws(LineError) in
      try await line.send(secret.withBytes { Array($0.prefix(abs(cut))) })
      if cut < 0 { bench.hangUp() }
      await line.close()
      throw .closed(device: line.name)
    })
  }
}

/// Random numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
