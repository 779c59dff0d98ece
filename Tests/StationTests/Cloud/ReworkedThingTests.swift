import Foundation
import Synchronization
import Testing

@testable import Station

/// A reworked hub's Thing changes over from its old certificate to its new one, while AWS IoT's reads may still show what
/// was there before.
@Suite("A reworked hub's Thing")
struct ReworkedThingTests {
  private static let old =
    "arn:aws:iot:eu-central-1:123456789012:cert/\(String(repeating: "0", count: 64))"
  private static let stranger =
    "arn:aws:iot:eu-central-1:123456789012:cert/\(String(repeating: "f", count: 64))"

  /// Answers reads of the principals with one after the other of these, the last of them for ever.
  private static func attached(_ answers: [[String]]) -> CloudBench.Bench {
    let reads = Mutex(0)
    return CloudBench.serving(answering: { request in
      guard request.method == "GET" else { return .json(200, "{}") }
      let read = reads.withLock { count in
        count += 1
        return count - 1
      }
      let principals = answers[min(read, answers.count - 1)].map { "\"\($0)\"" }.joined(separator: ",")
      return .json(200, #"{"principals":[\#(principals)]}"#)
    })
  }

  @Test("a read that lags behind the first is not taken for a stranger's certificate")
  func laggingRead() async throws {
    try await Self.attached([[CloudBench.arn], [Self.old, CloudBench.arn]]).run {
      (effects, server) async throws in
      let found = try await effects.probe(CloudBench.intent(.replacePrincipal))
      #expect(found?.values == ["principal": CloudBench.arn])
      #expect(server.requests.count == 1)
    }
  }

  @Test("the old certificate is detached before the new one is attached, by what one read said")
  func changeOver() async throws {
    try await Self.attached([[Self.old], []]).run { (effects, server) async throws in
      let intent = CloudBench.intent(.replacePrincipal)
      #expect(try await effects.probe(intent) == nil)
      try #require(server.requests.count == 1)
    }
    try await Self.attached([[Self.old], []]).run { (effects, server) async throws in
      let evidence = try await effects.call(CloudBench.intent(.replacePrincipal))
      #expect(evidence.values == ["principal": CloudBench.arn, "detached": "1"])
      #expect(server.requests.map(\.method) == ["GET", "DELETE", "PUT"])
      #expect(
        server.requests.dropFirst().map { $0.header("x-amzn-principal") } == [Self.old, CloudBench.arn])
    }
  }

  @Test("one that is attached already stays attached while an older one goes")
  func bothAttached() async throws {
    try await Self.attached([[CloudBench.arn, Self.old]]).run { (effects, server) async throws in
      #expect(try await effects.probe(CloudBench.intent(.replacePrincipal)) == nil)
      _ = try await effects.call(CloudBench.intent(.replacePrincipal))
      let detached = server.requests.filter { $0.method == "DELETE" }
      #expect(detached.map { $0.header("x-amzn-principal") } == [Self.old])
    }
  }

  @Test("a certificate that this ledger never issued for the hub is a conflict, and stays attached")
  func stranger() async throws {
    try await Self.attached([[Self.old, Self.stranger]]).run { (effects, server) async throws in
      let intent = CloudBench.intent(.replacePrincipal)
      for fault in [
        await CloudBench.fault { try await effects.probe(intent) },
        await CloudBench.fault { try await effects.call(intent) },
      ] {
        #expect(fault?.code == .principalConflict && fault?.values["actual"] == Self.stranger)
      }
      #expect(server.requests.allSatisfy { $0.method == "GET" })
    }
  }
}
