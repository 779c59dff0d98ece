import GRDB

/// The rules of work orders, in the writer's transaction. An open batch holds all of its serials, a closed one those that
/// were made in it: the rest may go into another.
enum BatchAdmission {
  /// Two slots may decide on the same last place: here one of them is first.
  static func join(_ hub: Identification, _ row: JournalRow, _ database: Database) throws {
    guard let batch = hub.batch, let id = row.hub, let slot = row.slot else { return }
    let standing = try BatchQueries.standing(database, of: hub, as: id, on: slot)
    guard try standing.admit(hub, on: slot) == batch else {
      // Closed and another opened between the hub's answer and this row.
      throw Fault(.batchClosed, ["batch": batch.text])
    }
  }

  static func open(_ batch: Batch, _ database: Database) throws {
    try batch.check()
    let others = try BatchQueries.batches(database, open: nil).map { ($0.batch, $0.isOpen) }
    guard !others.contains(where: { $0.0.id == batch.id }) else {
      throw Fault(.batchTaken, ["batch": batch.id.text])
    }
    try checkSlots(of: batch, against: others)
    guard let range = batch.range else { return }
    for (other, isOpen) in others where other.model == batch.model {
      guard let shared = other.range?.shared(with: range) else { continue }
      if isOpen { throw overlap(batch, other.id.text, shared.first.text, shared.last.text) }
      if let made = try BatchQueries.made(database, in: other, within: shared) {
        throw overlap(batch, other.id.text, made, nil)
      }
    }
    if let taken = try BatchQueries.owner(database, within: range, model: batch.model) {
      throw overlap(batch, taken.batch, taken.serial, nil)
    }
  }

  static func list(_ listed: BatchSerials, _ database: Database) throws {
    let batch = try BatchQueries.batch(database, listed.batch).batch
    let ranges = try BatchQueries.batches(database, open: nil).filter { $0.batch.model == listed.model }
    for serial in listed.serials {
      for other in ranges where other.batch.range?.contains(serial) == true {
        let alone = try SerialRange(from: serial, to: serial)
        guard try other.isOpen || BatchQueries.made(database, in: other.batch, within: alone) != nil else {
          continue
        }
        throw overlap(batch, other.batch.id.text, serial.text, nil)
      }
      if let other = try BatchQueries.owner(database, of: serial, model: listed.model) {
        throw overlap(batch, other, serial.text, nil)
      }
    }
  }

  static func change(_ change: BatchChange, _ database: Database) throws {
    var batch = try openBatch(change.batch, database).batch
    (batch.over, batch.slots) = (change.over, change.slots)
    try batch.check()
    let others = try BatchQueries.batches(database, open: true).map(\.batch).filter { $0.id != batch.id }
    try checkSlots(of: batch, against: others.map { ($0, true) })
  }

  /// A hub of it that is on the bench would pass into a closed batch.
  static func close(_ closing: BatchClosing, _ database: Database) throws {
    _ = try openBatch(closing.batch, database)
    let slots = try BatchQueries.slotsAtWork(database, on: closing.batch)
    guard slots.isEmpty else {
      throw Fault(
        .batchAtWork, ["batch": closing.batch.text, "slots": slots.joined(separator: ", ")])
    }
  }

  private static func openBatch(_ id: BatchID, _ database: Database) throws -> BatchRecord {
    let record = try BatchQueries.batch(database, id)
    if let closed = record.closed {
      throw Fault(.batchClosed, ["batch": id.text, "time": closed.time.description])
    }
    return record
  }

  private static func checkSlots(of batch: Batch, against others: [(Batch, isOpen: Bool)]) throws {
    for (other, isOpen) in others where isOpen {
      guard let shared = batch.slots(sharedWith: other) else { continue }
      throw Fault(
        .batchSlotTaken,
        [
          "batch": batch.id.text, "other": other.id.text,
          "slots": shared.isEmpty
            ? "every slot" : "slot " + shared.sorted().map(\.text).joined(separator: ", "),
        ])
    }
  }

  private static func overlap(_ batch: Batch, _ other: String, _ serial: String, _ last: String?) -> Fault {
    var values = ["batch": batch.id.text, "other": other, "serial": serial]
    if let last, last != serial { values["last"] = last }
    return Fault(.batchOverlap, values)
  }
}
