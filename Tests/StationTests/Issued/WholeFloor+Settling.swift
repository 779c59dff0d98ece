import Foundation
import Testing

@testable import Station

extension WholeFloor {
  static func hubs(_ numbers: Range<Int>) -> [SimulatedHub] {
    numbers.map { number in
      let digits = String(number)
      let serial = "SPK" + String(repeating: "0", count: 8 - digits.count) + digits
      return PipelineBench.hub(
        serial, mac: "02:00:5e:00:\(String(10 + number / 90)):\(String(10 + number % 90))")
    }
  }

  /// Puts a hub in until it passes, as an operator does while the tile says "network".
  func finish(_ hub: SimulatedHub, within tries: Int = 25) async throws {
    var last: Conclusion?
    for _ in 0..<tries {
      let conclusion = await floor.visit(hub)
      if conclusion.outcome == .passed { return }
      #expect(conclusion.fault?.code == .issuerUnavailable, "\(String(describing: conclusion.fault))")
      last = conclusion
    }
    Issue.record("not passed: \(String(describing: last?.fault))")
  }

  /// Couriers, one after the other, until everything is settled. A lane that stopped is left to the next one.
  func settle(_ what: String = "", within rounds: Int = 60) async throws {
    var left: CourierStatus?
    for _ in 0..<rounds {
      let status = try await drain()
      let parked = try await floor.ledger.outboxEntries(OutboxFilter(state: .parked))
      try #require(parked.isEmpty, "\(what): \(parked.map { ($0.intent.kind, $0.fault) })")
      if status.unsettled == 0 { return }
      left = status
    }
    Issue.record(
      "not settled: \(what) \(String(describing: left?.faults)) \(String(describing: left?.lanes))")
  }

  /// Certificates that AWS made and that nobody has: their answers were lost.
  func strays(hubs: Int) async -> Int {
    let effects = await cloud.audit().effects
    guard let made = effects["CreateCertificateFromCsr"] else { return 0 }
    return made - (effects["DeleteCertificate"] ?? 0) - hubs
  }

  /// A visit that ends after the certificate is durable and before anything of it goes to the hub.
  func certifyOnly(_ hub: SimulatedHub) async throws {
    for point in 1...60 {
      hub.set(SimulatedHubFaults(unplugsAt: point))
      await floor.visit(hub)
      hub.set(SimulatedHubFaults())
      let entries = try await floor.entries(of: hub.examine { $0.nature.serial })
      if entries.contains(where: { if case .done(.certified) = $0 { true } else { false } }) { return }
    }
    Issue.record("no point after certify")
  }
}
