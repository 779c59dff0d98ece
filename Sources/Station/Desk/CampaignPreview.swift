/// What a campaign would do, by where the units are now. The keys are stable.
struct CampaignPreview: Hashable, Sendable, Codable {
  var act: Campaign.Act
  var units = 0
  /// Not passed yet, or back on the bench for rework.
  var bench = 0
  /// Passed and in the house: released or returned.
  var boxed = 0
  var shipped = 0
  var recalled = 0
  var scrapped = 0
  /// Of all of them.
  var onHold = 0
  /// What would be done -> to how many.
  var acts: [String: Int] = [:]
  var refused = 0

  init(_ act: Campaign.Act, _ hubs: [HubID], _ ledger: some LedgerReading) async throws(Fault) {
    self.act = act
    for hub in hubs {
      guard let unit = try await ledger.unit(hub) else { continue }
      units += 1
      if unit.onHold { onHold += 1 }
      switch unit.disposition {
      case .making, .rework: bench += 1
      case .released, .returned: boxed += 1
      case .shipped: shipped += 1
      case .recalled: recalled += 1
      case .scrapped: scrapped += 1
      }
      guard let step = act.act(on: unit.standing) else { continue }
      do throws(Fault) {
        _ = try await DispositionDesk.check(.init(act: step, reason: ""), unit, ledger)
        acts[step.past, default: 0] += 1
      } catch { refused += 1 }
    }
  }

  var lines: [String] {
    var lines = [
      "\(units) units: \(bench) on the bench, \(boxed) boxed, \(shipped) shipped, \(recalled) recalled, \(scrapped) scrapped; \(onHold) of them on hold."
    ]
    lines += acts.sorted { $0.key < $1.key }.map { "\($0.value) would be \($0.key)." }
    if refused > 0 { lines.append("\(refused) would refuse it: they are in a state that does not allow it.") }
    return lines + ["Nothing was done."]
  }
}
