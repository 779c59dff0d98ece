import Foundation
import Testing

@testable import Station

/// What a person orders of the clouds (claims, moves, suspensions, the end of a certificate, questions to hubs, locks,
/// keys) meets every fault at every one of its calls, in simulated time, and takes effect once.
///
/// The registration of a unit has its own table, over real HTTP: `FaultTableTests`.
@Suite("Orders, lost answers and hostile networks", .serialized, .timeLimit(.minutes(10)))
struct OrderFaultTests {
  static let faults = FaultTableTests.faults

  @Test(arguments: EffectKind.allCases.compactMap(FaultyOrder.init))
  func `every call meets every fault, and the order takes effect once`(order: FaultyOrder) throws {
    var met = 0
    for fault in Self.faults {
      for struck in order.operations where struck.isRead || !fault.isAboutReading {
        let cell = "\(struck.rawValue) \(fault.name)"
        let bench = try VendorBench(seed: 1 + UInt64(met))
        try bench.play { bench in
          let effect = try await order.prepare(bench)
          await bench.desk.setFaults(Self.plan(fault, struck, order))
          let owed = try await bench.owing.owe([effect], actor: "tester")
          try await bench.life { _ in
            // Refused keys are tried again after a minute, a hub that said nothing after half an hour at the latest.
            try await bench.wait(.seconds(7_200)) {
              let states = try bench.entries().filter { $0.intent.entry == owed[0].intent.entry }.map(\.state)
              return states != [.owed] && states != [.sending]
            }
          }
          let audit = await bench.desk.audit()
          #expect(audit.faults[cell, default: 0] > 0, "\(cell) was never met")
          let entry = try #require(try bench.entries().first { $0.intent.entry == owed[0].intent.entry })
          let finding = await order.finding(entry, bench.cloud)
          #expect(finding == nil, "\(order), \(cell): \(finding ?? "")")
          #expect(try bench.comparesEqual(), "\(order), \(cell)")
        }
        met += 1
      }
    }
    print("orders: \(order) met \(met) faults")
    #expect(met >= Self.faults.count)
  }

  /// What is read only after an answer was lost is provoked by losing it.
  private static func plan(_ fault: CloudFault, _ struck: CloudOperation, _ order: FaultyOrder)
    -> CloudFaultPlan
  {
    let lost = order.operations.filter { !$0.isRead && struck.isRead }
    return CloudFaultPlan(
      seed: 1,
      rules: [.init(fault, on: struck, times: 1)] + lost.map { .init(.droppedAfter, on: $0, times: 1) })
  }
}
