import CertForge
import Foundation
import GRDB

/// Makes a folder with the data of a batch and everything that shows where it comes from.
///
/// The same order gives the same bytes for ever: units in the order of their serials, no time but that of the checkpoint,
/// and Ed25519, whose signatures have no randomness.
struct ExportBundle {
  let order: ExportOrder
  let key: SealKey
  let folder: String

  struct Made {
    var manifest: ExportManifest
    /// Lower-case hex SHA-256 of manifest.json.
    var digest: String
  }

  /// Goes through everything that could be refused, as of the position, and writes nothing: a refused export must leave
  /// no seal behind.
  ///
  /// - Returns: the names of the files of the data.
  /// - Throws: what `make` would.
  static func rehearse(_ order: ExportOrder, _ database: Database) throws -> [String] {
    let rows = try rows(database, order)
    let data = DataWriter(order, rows: rows, folder: nil)
    var unregistered: [String] = []
    try rows.visit { unit in
      guard unit.withheld == nil else { return }
      if unit.registration != Registration.registered.rawValue { unregistered.append(unit.serial) }
      try data.add(unit)
    }
    try data.finish()
    _ = try allowed(unregistered, order)
    let names = data.finished.map(\.name)
    try ExportNames.check(names, of: order.batch)
    return names
  }

  /// - Parameter progress: hears how many units were written.
  /// - Throws: `export-failed`; `export-unregistered` with how many and the first of them.
  func make(_ database: Database, progress: (Int) -> Void = { _ in }) throws -> Made {
    let (seal, created) = try seal(database)
    var manifest = ExportManifest(
      batch: order.batch, vendor: order.vendor, model: order.model, revision: order.revision,
      position: order.position, created: created, origin: Checkpoint.origin(of: ""), profile: order.profile,
      rows: 0, registration: [:], withheld: [], files: [])
    manifest.origin = seal.stated?.origin ?? ""
    let rows = try Self.rows(database, order)
    let data = DataWriter(order, rows: rows, folder: folder)
    let tree = try TreeNodes(database, size: order.position)
    guard tree.root == seal.stated?.root else {
      throw Fault(.ledgerCorrupt, ["cause": "the rows are not those that were sealed: station ledger verify"])
    }
    let proofs = try ExportFile(ExportManifest.proofsName, in: folder)
    var unregistered: [String] = []
    try rows.visit { unit in
      if let reason = unit.withheld {
        manifest.withheld.append(.init(serial: unit.serial, reason: reason))
        return
      }
      manifest.registration[unit.registration, default: 0] += 1
      if unit.registration != Registration.registered.rawValue { unregistered.append(unit.serial) }
      try data.add(unit)
      let pass = try rows.pass(of: unit)
      let proof = ExportProof(
        serial: unit.serial, row: RecordLine(pass),
        path: try tree.proof(of: pass.sequence).path.map { Data($0) })
      try proofs.write(JSONLine.text(proof) + "\n")
      manifest.firstSerial = manifest.firstSerial ?? unit.serial
      manifest.lastSerial = unit.serial
      manifest.rows += 1
      if manifest.rows % 1000 == 0 { progress(manifest.rows) }
    }
    try data.finish()
    manifest.unregistered = try Self.allowed(unregistered, order)
    proofs.rows = manifest.rows
    manifest.files = data.finished + [try proofs.finish()]
    manifest.delta = try delta(database, data, &manifest.files)
    for (name, text) in [
      (ExportManifest.checkpointName, seal.checkpoint), (ExportManifest.keyName, seal.key + "\n"),
      (ExportManifest.publicKeyName, key.verifier.key.pem),
    ] { manifest.files.append(try small(name, text)) }
    manifest.files.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return Made(manifest: manifest, digest: try close(manifest))
  }

  private static func rows(_ database: Database, _ order: ExportOrder) throws -> ExportRows {
    try ExportRows(
      database, batch: order.batch, vendor: order.vendor, position: order.position,
      columns: order.profile.columns.map(\.column), form: order.profile.form)
  }

  /// The seal whose checkpoint is over the rows up to the position.
  private func seal(_ database: Database) throws -> (LedgerSeal, Timestamp) {
    let row = try JournalQueries.rows(database, where: "seq = ?", [order.position + 1]).first
    guard let row, case .sealed(let seal) = try row.entry(), seal.stated?.size == order.position else {
      throw Fault(.exportFailed, ["batch": order.batch, "cause": "row \(order.position) is not sealed"])
    }
    return (seal, row.time)
  }

  private static func allowed(_ unregistered: [String], _ order: ExportOrder) throws
    -> ExportEvent.Unregistered?
  {
    guard let first = unregistered.first else { return nil }
    guard let allowed = order.unregistered else {
      throw Fault(
        .exportUnregistered,
        ["batch": order.batch, "count": String(unregistered.count), "serial": first])
    }
    return ExportEvent.Unregistered(
      count: unregistered.count, reason: allowed.reason, actor: allowed.actor)
  }

  /// Both revisions side by side, like two sorted lists that are merged.
  private func delta(_ database: Database, _ data: DataWriter, _ files: inout [ExportFile.Facts]) throws
    -> ExportManifest.Delta?
  {
    guard let previous = order.previous else { return nil }
    var delta = ExportManifest.Delta(since: previous.revision)
    let file = try ExportFile(ExportManifest.deltaName, in: folder)
    // Only units that have rows after the former position can differ.
    let changed = Set(
      try String.fetchAll(
        database,
        sql: "SELECT serial FROM unit WHERE \(ExportRows.everInBatch) AND last_seq > ?",
        arguments: [order.batch, order.batch, previous.position]))
    func states(at position: Int64) throws -> [String: [String: String?]] {
      var found: [String: [String: String?]] = [:]
      var then = order
      then.position = position
      try Self.rows(database, then).visit { unit in
        guard changed.contains(unit.serial), unit.withheld == nil else { return }
        found[unit.serial] = try data.cells(unit)
      }
      return found
    }
    let before = try states(at: previous.position)
    let after = try states(at: order.position)
    var lines = 0
    for serial in Set(before.keys).union(after.keys).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    ) {
      let change: ExportChange
      switch (before[serial], after[serial]) {
      case (nil, let new?):
        change = ExportChange(serial: serial, change: .added, before: nil, after: new)
        delta.added += 1
      case (let old?, nil):
        change = ExportChange(serial: serial, change: .removed, before: old, after: nil)
        delta.removed += 1
      case (let old?, let new?) where old != new:
        let titles = new.keys.filter { old[$0] != new[$0] }
        change = ExportChange(
          serial: serial, change: .changed, before: old.filter { titles.contains($0.key) },
          after: new.filter { titles.contains($0.key) })
        delta.changed += 1
      default: continue
      }
      try file.write(JSONLine.text(change) + "\n")
      lines += 1
    }
    file.rows = lines
    files.append(try file.finish())
    return delta
  }

  private func small(_ name: String, _ text: String) throws -> ExportFile.Facts {
    let file = try ExportFile(name, in: folder)
    try file.write(text)
    return try file.finish()
  }

  /// The manifest, its signature, and the sums of everything for `sha256sum -c`.
  private func close(_ manifest: ExportManifest) throws -> String {
    let bytes = try manifest.bytes()
    let file = try ExportFile(ExportManifest.fileName, in: folder)
    try file.write { $0 += bytes }
    let facts = try file.finish()
    let signature = try ExportFile(ExportManifest.signatureName, in: folder)
    let signed = try key.signature(over: bytes)
    try signature.write { $0 += signed }
    let all = manifest.files + [facts, try signature.finish()]
    let lines = all.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      .map { "\($0.sha256)  \($0.name)\n" }
    _ = try small(ExportManifest.sumsName, lines.joined())
    return facts.sha256
  }
}
