import CertForge
import Foundation
import Testing

@testable import Station

/// How long a hub on the bench waits for an AWS that wants to be left alone.
@Suite("AWS asks for patience", .timeLimit(.minutes(2)))
struct AWSIssuerPatienceTests {
  private func issue(
    retryAfter: Int, _ body: (ManualClock, Task<Fault?, Never>, LoopbackServer) async throws -> Void
  ) async throws {
    let serial = SerialNumber(normalised: "SPK00000001")
    let request = try PrivateKey.generate().signingRequest(
      commonName: CloudBench.hub.text, serialNumber: serial.text)
    let bench = CloudBench.serving { _ in
      .aws(429, "TooManyRequestsException", "m", ["Retry-After": "\(retryAfter)"])
    }
    try await bench.run { effects, server in
      let clock = ManualClock()
      let issuer = AWSIssuer(
        client: effects.registrar.client, clock: clock, randomness: SystemRandomness())
      let task = Task<Fault?, Never> {
        await CloudBench.fault {
          try await issuer.issue(
            request, thing: CloudBench.hub.text, serial: serial, now: clock.now())
        }
      }
      try await body(clock, task, server)
    }
  }

  @Test func `no call is made before the time that AWS names`() async throws {
    try await issue(retryAfter: 45) { clock, task, server in
      for call in 1...5 {
        try await eventually("it waits") { clock.sleeperCount == 1 && server.requests.count == call }
        let before = clock.uptime()
        #expect(clock.nextDeadline == before + .seconds(45))
        clock.wakeNext()
      }
      #expect(await task.value?.code == .issuerUnavailable)
      #expect(server.requests.count == 6)
    }
  }

  @Test func `nobody stands before a tile for longer than a minute's wish`() async throws {
    try await issue(retryAfter: 61) { clock, task, server in
      let fault = try #require(await task.value)
      #expect(fault.code == .issuerUnavailable)
      #expect(fault.values["cause"] == "AWS IoT asks for fewer calls")
      #expect(server.requests.count == 1 && clock.sleeperCount == 0)
    }
  }
}
