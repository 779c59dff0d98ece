import CertForge
import Foundation

/// Whether the seals of a journal are over the rows that are there, and whether a checkpoint from elsewhere is.
///
/// Fed with the rows in their order, once the chain has found each of them good. Works on a ledger and on the second copy
/// alike.
struct SealVerification: Hashable, Sendable {
  struct Break: Hashable, Sendable {
    /// The first row that may not be what was sealed…
    var first: Int64
    /// …and the last one: a root says that rows differ, and not which.
    var last: Int64
    enum Reason: String, Sendable {
      /// The row of a seal does not hold a checkpoint of the rows before it.
      case seal
      /// The seal's signature is not that of its key.
      case signature
      /// The seal was made with another key than the one that is trusted.
      case key
      /// The rows are others than those that were sealed.
      case root
      /// The rows are others than those of the checkpoint that they are held against.
      case checkpoint
      /// The checkpoint that they are held against is over more rows than there are.
      case cut
    }
    var reason: Reason

    /// What is wrong, with its rows.
    var words: String {
      let rows = "rows \(first) to \(last)"
      return switch reason {
      case .cut: "\(rows) are missing: the checkpoint is over them"
      case .checkpoint: "\(rows) are not those of the checkpoint"
      case .root: "\(rows) are not those that were sealed"
      case .signature: "the seal in row \(first) is not signed by the key that it names"
      case .key: "the seal in row \(first) was made with another key"
      case .seal: "row \(first) is no seal of the rows before it"
      }
    }
  }

  /// Keys that are trusted; none: the key that each seal names is believed.
  let trusted: [VerifierKey]
  /// Checkpoints from elsewhere that the rows have not come to yet, the smallest first.
  private var against: [Checkpoint]
  private(set) var frontier = MerkleFrontier()
  /// Seals that were found good.
  private(set) var seals: Int64 = 0
  /// Rows 1 to here are under a good seal.
  private(set) var sealed: Int64 = 0
  /// The hash of the last of them.
  private(set) var sealedHead = JournalHash.start
  /// The newest good seal.
  private(set) var newest: SignedNote?
  /// The keys of the good seals, in the order in which they came.
  private(set) var keys: [String] = []
  private var head = JournalHash.start
  /// Rows 1 to here are those of a checkpoint from elsewhere.
  private var agreed: Int64 = 0
  private(set) var firstBreak: Break?

  init(trusted: [VerifierKey] = [], against: [Checkpoint] = []) {
    self.trusted = trusted
    self.against = against.sorted { $0.size < $1.size }
    compare()
  }

  /// - Parameters:
  ///   - hash: the row's own, which the chain found good.
  ///   - body: asked for rows of seals only.
  mutating func take(_ sequence: Int64, hash: Data, kind: Data?, body: () throws -> Data?) rethrows {
    guard firstBreak == nil else { return }
    if kind == Self.kind { check(sequence, try body()) }
    frontier.append(hash)
    head = hash
    compare()
  }

  /// After the last row.
  mutating func finish() {
    guard firstBreak == nil, let missing = against.first else { return }
    firstBreak = Break(first: frontier.size + 1, last: missing.size, reason: .cut)
  }

  private static let kind = Data("ledger.sealed".utf8)

  private mutating func compare() {
    while let next = against.first, next.size <= frontier.size, firstBreak == nil {
      against.removeFirst()
      guard next.root != frontier.root || next.size != frontier.size else {
        agreed = next.size
        continue
      }
      // The seals in between say nothing here: whoever rewrote the rows may have had the key.
      firstBreak = Break(first: min(agreed + 1, next.size), last: next.size, reason: .checkpoint)
    }
  }

  private mutating func check(_ sequence: Int64, _ body: Data?) {
    func bad(_ reason: Break.Reason, _ first: Int64) {
      firstBreak = Break(first: first, last: reason == .root ? sequence - 1 : sequence, reason: reason)
    }
    guard let body, let seal = try? JSONDecoder().decode(LedgerSeal.self, from: body),
      let note = SignedNote(seal.checkpoint), let stated = Checkpoint(text: note.text),
      let key = VerifierKey(seal.key), key.name == stated.origin, stated.size == sequence - 1
    else { return bad(.seal, sequence) }
    guard note.isSigned(by: key) else { return bad(.signature, sequence) }
    guard trusted.isEmpty || trusted.contains(key) else { return bad(.key, sequence) }
    guard stated.root == frontier.root else { return bad(.root, sealed + 1) }
    guard seal.tree(before: sequence) == frontier else { return bad(.seal, sequence) }
    seals += 1
    (sealed, sealedHead) = (stated.size, head)
    newest = note
    if !keys.contains(seal.key) { keys.append(seal.key) }
  }
}
