import CertForge
import Foundation
import GRDB

/// Which units of a closed batch are looked at: anybody with the record draws the same ones, and nobody could choose them.
///
/// The lot is what the batch had at the first checkpoint after its close: finished units that are neither on hold nor
/// scrapped. The seed is SHA-256 over the batch's number, a zero byte and the root of that checkpoint, which nobody
/// knows before the last hub is finished. Units are put in the order of SHA-256 over the seed and the serial, and the
/// first ones are drawn.
struct SampleDraw: Hashable, Sendable, Codable {
  var batch: String
  var plan: SamplingPlan
  /// The row that the checkpoint goes up to, and its root: base64, as the checkpoint has it.
  var position: Int64
  var root: Data
  /// Lower-case hex.
  var seed: String
  /// In the order of the draw.
  var serials: [String]
}

extension SampleDraw {
  /// - Throws: `batch-unknown`; `export-failed` for an open batch, one that is not sealed, and a lot of less than two.
  init(_ database: Database, of id: BatchID, aql: String) throws {
    func refused(_ cause: String) -> Fault { Fault(.exportFailed, ["batch": id.text, "cause": cause]) }
    let batch = try BatchQueries.batch(database, id)
    guard let closed = batch.closed else { throw refused("it is open: station batch close \(id)") }
    let row = try JournalQueries.rows(
      database, where: "kind = 'ledger.sealed' AND seq > ? ORDER BY seq LIMIT 1", [closed.sequence]
    ).first
    guard let row, case .sealed(let seal) = try row.entry(), let stated = seal.stated else {
      throw refused("its close is not sealed yet: station seal now")
    }
    var ranked: [(rank: [UInt8], serial: String)] = []
    let seed = Digest.sha256(Array(id.text.utf8) + [0] + stated.root)
    try ExportRows(
      database, batch: id.text, vendor: "", position: stated.size, columns: []
    ).visit { unit in
      guard unit.withheld == nil else { return }
      ranked.append((Digest.sha256(seed + Array(unit.serial.utf8)), unit.serial))
    }
    guard !ranked.isEmpty else {
      throw refused("none of its units is finished, in the house and not on hold")
    }
    guard let plan = SamplingPlan(aql: aql, lot: ranked.count) else {
      throw refused("it has one unit: look at that one")
    }
    ranked.sort { $0.rank.lexicographicallyPrecedes($1.rank) }
    self.init(
      batch: id.text, plan: plan, position: stated.size, root: Data(stated.root),
      seed: Hexadecimal.encode(seed), serials: ranked.prefix(plan.sample).map(\.serial))
  }
}
