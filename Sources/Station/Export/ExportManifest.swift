import Foundation

/// What an export is, in one file that is signed and names the digest of every other. The keys are stable.
struct ExportManifest: Hashable, Sendable, Codable {
  static let format = "station-export-v1"
  static let fileName = "manifest.json"
  static let signatureName = "manifest.json.sig"
  static let sumsName = "SHA256SUMS"
  static let checkpointName = "checkpoint.txt"
  static let proofsName = "proofs.jsonl"
  static let deltaName = "delta.jsonl"
  static let keyName = "verifier-key.txt"
  static let publicKeyName = "verifier-key.pem"

  /// Whether a file of the bundle itself is called that, also where case is not told apart.
  static func isOwn(_ name: String) -> Bool {
    [
      fileName, signatureName, sumsName, checkpointName, proofsName, deltaName, keyName, publicKeyName,
    ].contains { $0.lowercased() == name.lowercased() }
  }

  struct Withheld: Hashable, Sendable, Codable {
    var serial: String
    var reason: String
  }

  /// What is new since the revision before.
  struct Delta: Hashable, Sendable, Codable {
    var since: Int
    var added = 0
    var changed = 0
    var removed = 0
  }

  var format = Self.format
  var batch: String
  var vendor: String
  var model: String
  var revision: Int
  /// The units are as they were at this row: the size of the checkpoint.
  var position: Int64
  /// When that checkpoint was made.
  var created: Timestamp
  /// The origin of the checkpoint.
  var origin: String
  var profile: ExportProfile
  var rows: Int
  var firstSerial: String?
  var lastSerial: String?
  /// How far the cloud knew the units then.
  var registration: [String: Int]
  /// Present when units that the cloud does not know completely were let through.
  var unregistered: ExportEvent.Unregistered?
  /// Finished units of the batch that are not in the data, and why.
  var withheld: [Withheld]
  var delta: Delta?
  var files: [ExportFile.Facts]

  /// With a line feed at the end; equal manifests have equal bytes.
  func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try encoder.encode(self)) + [0x0A]
  }
}
