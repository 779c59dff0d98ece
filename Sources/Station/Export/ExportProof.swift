import Foundation

/// One line of proofs.jsonl: the row in which a unit passed, and its way to the root of the checkpoint.
struct ExportProof: Hashable, Sendable, Codable {
  var serial: String
  var row: RecordLine
  /// The hashes beside the way, the lowest first (RFC 6962 section 2.1.1); the leaf is `seq - 1`.
  var path: [Data]
}

/// One line of delta.jsonl: what is otherwise than in the revision before, by the profile's words.
struct ExportChange: Hashable, Sendable, Codable {
  enum Kind: String, Hashable, Sendable, Codable {
    case added, changed, removed
  }

  var serial: String
  var change: Kind
  var before: [String: String?]?
  var after: [String: String?]?
}
