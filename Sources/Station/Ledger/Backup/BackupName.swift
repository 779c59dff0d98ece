/// The name of a backup says whose rows it holds, when it was made, how many rows, and why it was made:
/// `line-1-20261121T064503Z-0000001234.auto.sqlite`.
struct BackupName: Hashable, Sendable, CustomStringConvertible {
  enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A person asked for it. Never deleted by the station.
    case manual
    /// The timer. Old ones make room for new ones.
    case automatic = "auto"
    /// A newer program was about to change the ledger's tables. Never deleted by the station.
    case migration
  }

  let station: String
  /// To the second.
  let time: Timestamp
  /// The newest row in it.
  let row: Int64
  let reason: Reason

  static let suffix = ".sqlite"
  private static let digits = 10

  init(station: String, time: Timestamp, row: Int64, reason: Reason) {
    self.station = station
    self.time = Timestamp(milliseconds: time.milliseconds / 1000 * 1000)
    self.row = row
    self.reason = reason
  }

  /// - Returns: nil unless `file` is exactly what `description` writes.
  init?(file: String) {
    guard file.hasSuffix(Self.suffix), file.utf8.count <= 400 else { return nil }
    let parts = file.dropLast(Self.suffix.count).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, let reason = Reason(rawValue: String(parts[parts.count - 1])) else { return nil }
    let words = parts.dropLast().joined(separator: ".").split(
      separator: "-", omittingEmptySubsequences: false)
    guard words.count >= 3, let row = Int64(words[words.count - 1]), row >= 0,
      let time = Self.time(words[words.count - 2]),
      let station = RecordSegmentName.unescaped(words.dropLast(2).joined(separator: "-"))
    else { return nil }
    self.init(station: station, time: time, row: row, reason: reason)
    guard description == file else { return nil }
  }

  var description: String {
    let number = String(row)
    let padded = String(repeating: "0", count: max(0, Self.digits - number.utf8.count)) + number
    let name = "\(RecordSegmentName.escaped(station))-\(Self.word(time))-\(padded)"
    return "\(name).\(reason.rawValue)\(Self.suffix)"
  }

  /// ISO 8601 in its basic form, which needs no colons: `20261121T064503Z`.
  static func word(_ time: Timestamp) -> String {
    let digits = time.description.prefix(19).filter { $0 != "-" && $0 != ":" }
    return "\(digits)Z"
  }

  private static func time(_ word: some StringProtocol) -> Timestamp? {
    let text = Array(word)
    guard text.count == 16 else { return nil }
    func part(_ range: Range<Int>) -> String { String(text[range]) }
    return Timestamp(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15)).000Z")
  }
}
