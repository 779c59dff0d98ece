/// One work order, as `batch list` and `batch show` print it. The keys are stable.
struct BatchLine: Hashable, Sendable, Codable {
  var batch: BatchID
  var model: String
  var vendor: String
  /// `open`, `closed`, or `planned` for a dry run.
  var state: String
  var planned: Int
  var over: Int
  var first: SerialNumber?
  var last: SerialNumber?
  var listed: Int?
  var firmware: String?
  var customer: Customer?
  /// Absent: every slot of the bench.
  var slots: [SlotName]?
  var counts: BatchCounts
  var opened: Timestamp?
  var openedBy: String?
  var openedReason: String?
  /// The journal row of its closing: what an export is pinned to.
  var closedRow: Int64?
  var closed: Timestamp?
  var closedBy: String?
  var closedReason: String?

  /// A batch that is not written.
  init(planned batch: Batch) {
    self.batch = batch.id
    (model, vendor, planned, over) = (batch.model, batch.vendor, batch.planned, batch.over)
    state = "planned"
    (first, last, listed) = (batch.range?.first, batch.range?.last, batch.listed)
    (firmware, customer, slots) = (batch.firmware, batch.customer, batch.slots)
    counts = BatchCounts()
  }

  init(_ record: BatchRecord, _ counts: BatchCounts) {
    self.init(planned: record.batch)
    state = record.isOpen ? "open" : "closed"
    self.counts = counts
    (opened, openedBy, openedReason) = (record.opened.time, record.opened.actor, record.opened.reason)
    (closed, closedBy, closedReason) = (record.closed?.time, record.closed?.actor, record.closed?.reason)
    closedRow = record.closed?.sequence
  }

  /// What a change would make of it.
  mutating func take(_ batch: Batch) { (over, slots) = (batch.over, batch.slots) }

  var serials: String {
    if let first, let last { return "\(first) to \(last)" }
    return listed.map { "\($0) listed" } ?? "any"
  }

  var place: String { slots.map { $0.map(\.text).joined(separator: ", ") } ?? "all slots" }

  /// `37 of 500`, and the spares where there are any.
  var progress: String { "\(counts.passed) of \(planned)" + (over > 0 ? " (+\(over))" : "") }

  /// The batch as a page of text.
  var lines: [String] {
    func text(_ raw: String) -> String { PrintableText.of(raw, limit: 120) }
    var lines = [
      "\(batch)  \(state)  \(progress) passed",
      "  model \(text(model)), vendor \(text(vendor)), serials \(serials), on \(place)",
    ]
    if let firmware { lines.append("  firmware \(text(firmware)) only") }
    if let customer {
      let organisation = customer.organisation.map { ", organisation \(text($0))" } ?? ""
      lines.append("  claimed for site \(text(customer.site)), user \(text(customer.user))" + organisation)
    }
    if let opened {
      lines.append(
        "  opened \(opened.description.prefix(19)) by \(text(openedBy ?? ""))"
          + (openedReason.map { ": \(text($0))" } ?? ""))
    }
    if let closed {
      lines.append(
        "  closed \(closed.description.prefix(19)) by \(text(closedBy ?? "")): \(text(closedReason ?? ""))")
    }
    let words = [
      ("units", counts.units), ("passed", counts.passed), ("registered", counts.registered),
      ("failed", counts.failed), ("station faults", counts.errored), ("unplugged", counts.aborted),
      ("on hold", counts.onHold), ("scrapped", counts.scrapped),
    ]
    lines.append("  " + words.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
    return lines
  }
}
