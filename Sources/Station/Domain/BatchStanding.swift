/// What the work orders say of one hub on one slot: a value without I/O, read in the transaction that needs it.
struct BatchStanding: Hashable, Sendable {
  /// The batch that is open on the slot.
  var batch: Batch?
  /// Whether this ledger ever had a batch: without one a station works without work orders.
  var inUse = false
  /// Whether the batch's list names the serial; nil where it has no list.
  var isListed: Bool?
  /// Units of the batch that passed and are not scrapped, this hub left out.
  var passed = 0
  /// Units of the batch that are on the bench and may yet pass, this hub left out.
  var atWork = 0

  /// Which batch the hub belongs to; nil where the station works without.
  ///
  /// - Throws: `batch-missing`, `batch-mismatch`, `batch-full`.
  func admit(_ hub: Identification, on slot: SlotName) throws(Fault) -> BatchID? {
    guard let batch else {
      guard inUse else { return nil }
      throw Fault(.batchMissing, ["slot": slot.text, "serial": hub.serial.text])
    }
    func mismatch(_ what: String, _ expected: String) -> Fault {
      Fault(
        .batchMismatch,
        ["batch": batch.id.text, "serial": hub.serial.text, "what": what, "expected": expected])
    }
    guard hub.model == batch.model else { throw mismatch("model \(hub.model)", batch.model) }
    if let range = batch.range, !range.contains(hub.serial) {
      throw mismatch("serial \(hub.serial)", "\(range.first) to \(range.last)")
    }
    if isListed == false { throw mismatch("serial \(hub.serial)", "one of its list") }
    if let firmware = batch.firmware, hub.firmware != firmware {
      throw mismatch("firmware \(hub.firmware ?? "unknown")", firmware)
    }
    guard passed + atWork < batch.most else {
      throw Fault(
        .batchFull,
        [
          "batch": batch.id.text, "passed": String(passed), "atWork": String(atWork),
          "planned": String(batch.most), "serial": hub.serial.text,
        ])
    }
    return batch.id
  }
}
