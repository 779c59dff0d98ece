import CertForge

/// What `ledger verify --json` prints. The keys are stable.
struct LedgerVerdict: Codable {
  var ledger: String
  var good: Bool
  var rows: Int64
  /// Hash of the last good row: lower-case hex.
  var head: String
  /// The first row that is not what it was, and why.
  var brokenRow: Int64?
  var reason: String?
  /// A seal tells that rows differ, not which: from `brokenRow` to here.
  var brokenThrough: Int64?
  /// Seals that are good, and the row up to which the newest one goes.
  var seals: Int64
  var sealedRows: Int64
  /// The verifier keys of the seals; whether they were compared with one from elsewhere.
  var keys: [String]
  var keysCompared: Bool
  /// Whether it was made of several stations' records: their seals were verified then, and are not in it.
  var merged: Bool
  /// The newest seal's checkpoint: keep it elsewhere.
  var checkpoint: String?
  /// Damage of tables and indexes; at most twenty.
  var damage: [String]
  /// Tables and keys in which the projections differ from the journal; at most twenty.
  var differences: [String]

  init(
    ledger: String, _ chain: ChainVerification, _ tables: TableVerification,
    _ projections: ProjectionComparison?, isKeyTrusted: Bool, isMerged: Bool
  ) {
    let seals = chain.seals
    self.ledger = ledger
    rows = chain.rows
    head = Hexadecimal.encode(chain.head)
    brokenRow = chain.firstBreak?.sequence ?? seals.firstBreak?.first
    reason = chain.firstBreak?.reason.rawValue ?? seals.firstBreak?.reason.rawValue
    brokenThrough = chain.firstBreak == nil ? seals.firstBreak?.last : nil
    self.seals = seals.seals
    sealedRows = seals.sealed
    keys = seals.keys
    keysCompared = isKeyTrusted
    merged = isMerged
    checkpoint = seals.newest?.description
    damage = tables.problems
    differences = projections?.differences.map { "\($0.table) \($0.key)" } ?? []
    good =
      chain.firstBreak == nil && seals.firstBreak == nil && tables.isGood && projections?.agree ?? false
  }

  var lines: [String] {
    var lines = ["\(rows) rows are good; head \(head)"]
    if seals > 0 {
      lines.append("\(seals) seals; the newest is over rows 1 to \(sealedRows)")
      for key in keys {
        lines.append(
          "sealed with \(PrintableText.of(key, limit: 300))"
            + (keysCompared ? "" : " (not compared with a key from elsewhere: --key)"))
      }
    } else {
      lines.append(
        merged
          ? "No seal: it was merged, and its sources have theirs."
          : "No seal: rows at the end could be missing (`station seal now`).")
    }
    if let brokenRow, let reason {
      lines.append(
        "\(Self.sentence(brokenRow, brokenThrough, reason)) Stop the line, keep the file, call QA.")
    }
    for word in damage { lines.append("Damage: \(PrintableText.of(word, limit: 200))") }
    for difference in differences {
      lines.append("Projection differs: \(PrintableText.of(difference, limit: 200)) (station ledger rebuild)")
    }
    return lines
  }

  private static func sentence(_ first: Int64, _ last: Int64?, _ reason: String) -> String {
    let words =
      SealVerification.Break.Reason(rawValue: reason).map {
        SealVerification.Break(first: first, last: last ?? first, reason: $0).words
      } ?? "row \(first) is not what was written (\(reason))"
    return words.prefix(1).uppercased() + words.dropFirst() + "."
  }
}
