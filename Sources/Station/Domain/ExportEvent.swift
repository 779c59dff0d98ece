/// The body of the row that says what was handed over: enough to make the very same bytes again.
struct ExportEvent: Hashable, Sendable, Codable {
  /// Units that the cloud does not know completely were let through, and why.
  struct Unregistered: Hashable, Sendable, Codable {
    var count: Int
    var reason: String
    var actor: String
  }

  var batch: String
  /// From 1; the same for every profile as long as no row of its units is newer.
  var revision: Int
  /// The state of the units is that of this row: the size of the checkpoint that is handed over too.
  var position: Int64
  var profile: ExportProfile
  var rows: Int
  /// Lower-case hex SHA-256 of manifest.json, which names all else.
  var manifest: String
  var unregistered: Unregistered?

  /// There is a revision and a row behind it. Only a damaged row has other numbers.
  var isPossible: Bool { (1..<Int.max).contains(revision) && (0..<Int64.max).contains(position) }
}
