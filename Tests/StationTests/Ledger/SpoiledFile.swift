import Foundation
import Testing

/// Damages files of a ledger as a bad disk would.
enum SpoiledFile {
  /// Overwrites the page in which these bytes are first found: the hash of a row lies in that row and nowhere before.
  static func spoil(_ path: String, holding bytes: Data) throws {
    let data = try Data(contentsOf: URL(filePath: path))
    let found = try #require(data.range(of: bytes))
    try overwrite(path, page: found.lowerBound / 4096)
  }

  static func overwrite(_ path: String, page: Int) throws {
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    try handle.seek(toOffset: UInt64(page * 4096))
    try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
    try handle.close()
  }
}
