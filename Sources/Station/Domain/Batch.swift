/// A work order: so many hubs of one model for one vendor. Units belong to the batch that is open on their slot.
struct Batch: Hashable, Sendable, Codable {
  var id: BatchID
  /// The id of a `HubModel`.
  var model: String
  var vendor: String
  /// Units ordered; passed minus scrapped units count.
  var planned: Int
  /// Spares: units that may be made beyond the planned ones.
  var over = 0
  /// The serial numbers that belong to it, where the vendor gave a range.
  var range: SerialRange?
  /// How many serial numbers were listed for it, where the vendor gave a list: rows of their own name them.
  var listed: Int?
  /// The version that every hub of it must report.
  var firmware: String?
  /// For whom its hubs are claimed; nil: they are not.
  var customer: Customer?
  /// The slots on which it is made; nil: all of the bench.
  var slots: [SlotName]?

  static let most = 10_000_000

  /// Units that may count at most.
  var most: Int {
    let (sum, isTooLarge) = planned.addingReportingOverflow(over)
    // Only a damaged row has such numbers.
    return isTooLarge ? .max : sum
  }

  func isMade(on slot: SlotName) -> Bool { slots?.contains(slot) ?? true }

  /// The slots that both are made on; nil: none. An empty array: every slot of the bench.
  func slots(sharedWith other: Batch) -> [SlotName]? {
    guard let slots else { return other.slots ?? [] }
    let shared = slots.filter { other.isMade(on: $0) }
    return shared.isEmpty ? nil : shared
  }

  /// - Throws: `batch-invalid` with what contradicts itself.
  func check() throws(Fault) {
    func wrong(_ cause: String) -> Fault { Fault(.batchInvalid, ["batch": id.text, "cause": cause]) }
    guard (1...Self.most).contains(planned) else { throw wrong("the quantity is 1 to \(Self.most)") }
    guard (0...Self.most).contains(over) else { throw wrong("spares are 0 to \(Self.most)") }
    guard range == nil || listed == nil else { throw wrong("serials are a range or a list, not both") }
    guard let serials = range.map(\.count) ?? listed, serials < most else { return }
    guard serials >= planned else { throw wrong("\(planned) are planned, and it has \(serials) serials") }
    var fault = wrong("\(planned) and \(over) spares need \(most) serials, and it has \(serials)")
    fault.values["remedy"] =
      "Nothing was done. Spares need serials too: open it with more than its quantity, or a batch for them."
    throw fault
  }
}
