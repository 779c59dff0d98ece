import Foundation
import Synchronization
import Testing

@testable import Station

/// A station's courier and clients before the simulated cloud, on a real ledger, in simulated time and on one thread.
///
/// Unchecked: everything of it runs on the one thread of its executor.
final class VendorBench: @unchecked Sendable {
  private static let stage = Result { try PowerCutStage() }

  let stage: PowerCutStage
  let clock = ManualClock(Timestamp(milliseconds: 1_796_000_000_000))
  let network = PowerCutNetwork()
  let power = PowerSwitch(nil)
  let desk: CloudDesk
  let ledger: Ledger
  let effects: CloudEffects
  let exchange: RecordingExchange
  private let folder: String
  private let executor: SeededExecutor

  init(
    seed: UInt64 = 1, furniture: CloudState.Furniture = .init(),
    change: (inout CloudSettings) -> Void = { _ in },
    hubAnswers: @escaping HubAnswers = SimulatedMatterServer.answers
  ) throws {
    stage = try Self.stage.get()
    executor = SeededExecutor(seed: seed)
    desk = CloudDesk(
      state: CloudState(account: stage.account, furniture: furniture), record: nil, clock: clock,
      faults: .none, thingComesFirst: true, signer: stage.signer, hubAnswers: hubAnswers)
    folder = "\(stage.place)/\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: stage.template, toPath: folder)
    ledger = try PowerCutLife.open("\(folder)/ledger.sqlite", station: "A", clock)
    exchange = RecordingExchange(
      PowerCutExchange(desk: desk, power: power, network: network, clock: clock))
    var settings = stage.cloud
    change(&settings)
    effects = try CloudEffects(
      settings, store: EndpointStore(get: { _ in nil }, set: { _, _ in }), clock: clock,
      environment: stage.environment, exchange: exchange)
  }

  deinit {
    try? ledger.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var journal: PowerCutJournal {
    PowerCutJournal(ledger: ledger, power: power, plant: nil, showsGreen: { _ in })
  }

  private let randomness = CourierRandomness(seed: 5)
  var owing: Owing { Owing(journal: journal, clock: clock, randomness: randomness) }

  var cloud: CloudState { get async { await desk.state } }

  /// Runs `body` in simulated time: whenever everybody waits, the clock moves to whoever waits least.
  func play(_ body: @escaping @Sendable (VendorBench) async throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    let ended = executor.run(
      {
        do { try await body(self) } catch { failure.withLock { $0 = error } }
      }, whenIdle: { self.clock.wakeNext() })
    if let error = failure.withLock({ $0 }) { throw error }
    #expect(ended, "the world stands still")
  }

  /// A courier at work while `body` runs, and none before or after: what a station's life is.
  func life(
    _ settings: (inout CourierSettings) -> Void = { _ in }, _ body: (Courier) async throws -> Void
  ) async throws {
    var courierSettings = CourierSettings(stage.cloud)
    settings(&courierSettings)
    let effects = effects
    let courier = Courier(
      journal: journal, outbox: journal, effects: effects, clock: clock,
      randomness: CourierRandomness(seed: 9), settings: courierSettings, logger: SimulatedCloud.quiet
    ) { await effects.credentialVersion($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await courier.run() }
      try await body(courier)
      await courier.stop(within: .seconds(1))
      group.cancelAll()
    }
  }

  /// Lets simulated time pass until the condition holds.
  func wait(_ limit: Duration = .seconds(600), until done: () async throws -> Bool) async throws {
    let end = clock.uptime() + limit
    while try await !done() {
      guard clock.uptime() < end else {
        let left = try entries().map { "\($0.intent.kind) \($0.state) \($0.fault?.code.rawValue ?? "")" }
        Issue.record("not done after \(limit) of simulated time: \(left)")
        return
      }
      try await clock.sleep(for: .milliseconds(500))
    }
  }

  /// Owes and sends; returns the entries as they are when none of them moves any more.
  func send(_ list: [Effect], within limit: Duration = .seconds(600)) async throws -> [OutboxEntry] {
    let owed = try await owing.owe(list, actor: "tester")
    let ids = Set(owed.map(\.intent.entry))
    try await life { courier in
      await courier.wake()
      try await wait(limit) {
        try entries().filter { ids.contains($0.intent.entry) }.allSatisfy {
          ($0.state != .owed && $0.state != .sending) || $0.fault?.disposition == .waitForHub
        }
      }
    }
    return try entries().filter { ids.contains($0.intent.entry) }
  }

  func entries() throws -> [OutboxEntry] {
    try ledger.reader.readNow { try OutboxQueries.entries($0, OutboxFilter(limit: 10_000)) }
  }

  func rows() throws -> [JournalRow] {
    try ledger.reader.readNow { try JournalQueries.rows($0, after: 0, limit: 10_000) }
  }

  func comparesEqual() throws -> Bool { try ledger.reader.readNow { try ProjectionComparison($0).agree } }

  func strike(_ fault: CloudFault, on operation: CloudOperation, times: Int? = 1, lag: Int? = nil) async {
    await desk.setFaults(
      CloudFaultPlan(seed: 3, rules: [.init(fault, on: operation, times: times)], lag: lag))
  }

  /// A hub that the cloud knows as a pass leaves it, connected.
  func registered(_ number: Int = 1) async throws -> UnitIdentity {
    let unit = UnitIdentity.sample(
      try CourierBench.hub(number), serial: "SPK0000000\(number)",
      certificate: String(repeating: "\(number)", count: 64))
    for change in Self.registration(of: unit, clock.now()) { try await desk.apply(change) }
    // Known to the ledger too, so that a hold has a unit.
    _ = try ledger.appendNow(
      AppendRequest(
        JournalDraft(
          hub: unit.hub,
          entry: .done(
            .identified(Identification(serial: unit.serial, model: unit.model, heldIsTrusted: false))))))
    return unit
  }

  static func registration(of unit: UnitIdentity, _ now: Timestamp) -> [CloudChange] {
    let certificate = CloudState.DeviceCertificate(
      id: unit.certificate, pem: "", commonName: unit.thing, status: "ACTIVE", notBefore: now, notAfter: now,
      created: now, modified: now, policies: ["hub-identity"])
    return [
      .thingCreated(.init(name: unit.thing, id: unit.thing, attributes: [:])),
      .certificateRegistered(certificate),
      .principalAttached(thing: unit.thing, certificate: unit.certificate),
      .hubProvisioned(
        .init(
          id: unit.hub.text, serial: unit.serial.text, model: unit.model, thingName: unit.thing,
          vendorName: unit.vendorName, provisionedAt: now)),
    ]
  }

  func unit(_ hub: HubID) throws -> UnitRecord? {
    try ledger.reader.readNow { try UnitQueries.units($0, matching: hub.text).first }
  }
}

/// Keeps every call and its answer, for the contract's test.
final class RecordingExchange: HTTPExchange {
  struct Exchange: Sendable {
    var call: HTTPCall
    var answer: HTTPAnswer
    var uptime: Duration = .zero
  }

  private let shipped: PowerCutExchange
  /// In place of the cloud's own answer: to calls whose path ends so, as often as it says.
  private let planned = Mutex<(end: String, answer: HTTPAnswer, times: Int)?>(nil)

  func answer(_ end: String, with answer: HTTPAnswer, times: Int) {
    planned.withLock { $0 = (end, answer, times) }
  }

  private let kept = Mutex<[Exchange]>([])

  init(_ shipped: PowerCutExchange) { self.shipped = shipped }

  var exchanges: [Exchange] { kept.withLock { $0 } }

  /// Calls that went out, answered or not, by method and the end of their path.
  private let sent = Mutex<[String]>([])
  func count(_ method: String, _ end: String) -> Int {
    sent.withLock { $0.count { $0.hasPrefix("\(method) ") && $0.hasSuffix(end) } }
  }

  func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer {
    sent.withLock { $0.append("\(call.method) \(call.path)") }
    let given = planned.withLock { planned -> HTTPAnswer? in
      guard let plan = planned, plan.times > 0, call.path.hasSuffix(plan.end) else { return nil }
      planned = (plan.end, plan.answer, plan.times - 1)
      return plan.answer
    }
    if let given { return given }
    let answer = try await shipped.send(call)
    kept.withLock { $0.append(Exchange(call: call, answer: answer)) }
    return answer
  }
}
