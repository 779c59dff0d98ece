import Foundation

/// The second copy of the record, as rows: the segments of a folder, in which several stations may have theirs.
final class RecordRows: RowSource {
  let path: String
  private let folder: RecordFolder
  private let names: [RecordSegmentName]
  /// Segments that were read last, the newest at the end.
  private var cache: [(name: RecordSegmentName, rows: [Int64: JournalRow])] = []
  /// Two of each station: where one ends, the next one begins.
  private let cached: Int

  /// A segment has 500 rows of a few kilobytes.
  static let longestSegment = 512 << 20

  /// - Throws: `record-unreachable`.
  init(_ path: String) throws(Fault) {
    self.path = path
    folder = try RecordFolder(path)
    names = try folder.names().compactMap { RecordSegmentName(file: $0) }
      .sorted { ($0.first, $0.last, $0.station) < ($1.first, $1.last, $1.station) }
    cached = 2 * max(1, Set(names.map(\.station)).count)
  }

  /// The greatest number of a row under these names.
  func last(of stations: Set<String>) -> Int64 {
    names.lazy.filter { stations.contains($0.station) }.map(\.last).max() ?? 0
  }

  /// The names under which the record lies that begins with this row: a station that was renamed puts all of it there
  /// anew.
  func stations(beginningWith first: Data) -> Set<String> {
    Set(names.filter { $0.first == 1 && rows(of: $0)[1]?.hash == first }.map(\.station))
  }

  func rows(_ sequence: Int64) -> [JournalRow] {
    names.filter { $0.first <= sequence && sequence <= $0.last }.compactMap { rows(of: $0)[sequence] }
  }

  private func rows(of name: RecordSegmentName) -> [Int64: JournalRow] {
    if let found = cache.first(where: { $0.name == name }) { return found.rows }
    let rows = read(name)
    cache = cache.suffix(cached - 1) + [(name, rows)]
    return rows
  }

  private func read(_ name: RecordSegmentName) -> [Int64: JournalRow] {
    guard let data = try? folder.read(name.description, limit: Self.longestSegment) else { return [:] }
    var rows: [Int64: JournalRow] = [:]
    for line in data.split(separator: 0x0A) {
      guard let row = RecordLine(line: Data(line))?.row else { continue }
      rows[row.sequence] = row
    }
    return rows
  }
}
