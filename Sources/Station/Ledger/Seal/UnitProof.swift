import CertForge
import Foundation
import GRDB

/// One unit's rows, each with its way to the root of a sealed tree: can be checked with this file and the verifier key
/// alone, by whoever has no ledger.
///
/// JSON. `rows` are lines of the record, which give the row's hash (see `JournalHash`); the hash is the entry of leaf
/// `seq - 1`; `path` are the hashes beside its way up (RFC 6962 section 2.1.1), base64, the lowest first.
struct UnitProof: Hashable, Sendable, Codable {
  struct ProvenRow: Hashable, Sendable, Codable {
    var row: RecordLine
    var path: [Data]
  }

  static let format = "station-proof-v1"

  var format: String = Self.format
  var serial: String
  var hub: HubID
  /// A signed note over the tree that the paths lead to.
  var checkpoint: String
  /// The verifier key that the station says is its own.
  var key: String
  /// Rows of this unit that are not yet under a seal, and therefore not in here.
  var unsealedRows: Int
  var rows: [ProvenRow]

  /// A unit has some dozens of rows.
  static let longest = 16 << 20
}

extension UnitProof {
  /// - Throws: `seal-failed` when there is no seal, or none over any row of the unit.
  init(_ database: Database, of unit: UnitRecord) throws {
    let last = try SealedTree.lastSeal(database)
    guard last > 0, let sealRow = try JournalQueries.rows(database, where: "seq = ?", [last]).first,
      case .sealed(let seal) = try sealRow.entry(), let stated = seal.stated
    else { throw Fault(.sealFailed, ["cause": "there is no seal yet: `station seal now` makes one"]) }
    let rows = try JournalQueries.rows(database, of: unit.hub)
    let sealed = rows.filter { $0.sequence <= stated.size }
    guard !sealed.isEmpty else {
      throw Fault(
        .sealFailed, ["cause": "rows of \(unit.serial) are newer than the last seal: `station seal now`"])
    }
    let nodes = try TreeNodes(database, size: stated.size)
    guard nodes.root == stated.root else {
      throw Fault(.ledgerCorrupt, ["row": String(last), "cause": "the rows are not those that were sealed"])
    }
    self.init(
      serial: unit.serial.text, hub: unit.hub, checkpoint: seal.checkpoint, key: seal.key,
      unsealedRows: rows.count - sealed.count,
      rows: try sealed.map { row in
        let proof = try nodes.proof(of: row.sequence)
        return ProvenRow(row: RecordLine(row), path: proof.path.map { Data($0) })
      })
  }

  /// What is wrong with it; nil: every row was in the sealed tree, and the note is signed by one of `trusted`, or by the
  /// key that the proof itself names where there are none.
  func problem(trusted: [VerifierKey]) -> String? {
    guard format == Self.format else { return "it is not of the format \(Self.format)" }
    guard let note = SignedNote(checkpoint), let stated = Checkpoint(text: note.text) else {
      return "its checkpoint is none"
    }
    guard let key = VerifierKey(key) else { return "its key is none" }
    guard trusted.isEmpty || trusted.contains(key) else { return "it names another key than the trusted one" }
    guard note.isSigned(by: key) else { return "its checkpoint is not signed by that key" }
    guard !rows.isEmpty else { return "it proves no row" }
    for proven in rows {
      guard let row = proven.row.row, JournalHash.of(row) == row.hash else {
        return "row \(proven.row.seq) is not what its hash says"
      }
      guard row.hub == hub else { return "row \(row.sequence) is of another hub" }
      guard stated.size >= 1, (1...stated.size).contains(row.sequence) else {
        return "row \(row.sequence) is not among those that were sealed"
      }
      let proof = InclusionProof(
        index: row.sequence - 1, size: stated.size, path: proven.path.map { Array($0) })
      guard proof.leads(row.hash, to: stated.root) else {
        return "row \(row.sequence) is not in the sealed tree"
      }
    }
    let serials = rows.compactMap { proven -> String? in
      switch try? proven.row.row?.entry() {
      case .done(.identified(let found)): found.serial.text
      case .recovered(let lost): lost.serial.text
      default: nil
      }
    }
    guard !serials.isEmpty else { return "none of its rows names a serial" }
    guard serials.allSatisfy({ $0 == serial }) else { return "its rows are of another serial" }
    return nil
  }
}
