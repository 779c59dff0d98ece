import Foundation
import GRDB

/// What a backup knows, asked row by row while a restore compares it with other places.
final class BackupRows {
  private let queue: DatabaseQueue

  init(_ path: String) throws {
    queue = try DatabaseQueue(path: path, configuration: VerifiedLedger.configuration)
  }

  func close() { try? queue.close() }

  func hash(_ sequence: Int64) -> Data? {
    try? queue.read {
      try Data.fetchOne($0, sql: "SELECT hash FROM journal WHERE seq = ?", arguments: [sequence])
    }
  }

  /// The hub that has this serial.
  func holder(of serial: SerialNumber, _ model: String) -> HubID? {
    let found = try? queue.read {
      try String.fetchOne(
        $0, sql: "SELECT hub FROM unit WHERE model = ? AND serial = ?", arguments: [model, serial.text])
    }
    return (found ?? nil).flatMap { HubID($0) }
  }

  /// What it knows of a hub.
  func unit(_ hub: HubID) -> LostUnit? {
    let row = try? queue.read {
      try Row.fetchOne(
        $0, sql: "SELECT serial, model, mac, certificate FROM unit WHERE hub = ?", arguments: [hub.text])
    }
    return (row ?? nil).flatMap { LostUnit($0, from: 0) }
  }

  /// The names that its station has had.
  func stations() throws -> Set<String> {
    try queue.read { Set(try String.fetchAll($0, sql: "SELECT DISTINCT station FROM journal")) }
  }
}

extension LostUnit {
  /// Serial, model, MAC and certificate, from this column on.
  ///
  /// - Returns: nil where a damaged table says something else.
  init?(_ row: Row, from column: Int) {
    guard let serial = try? row.decode(String.self, atIndex: column),
      let model = try? row.decode(String.self, atIndex: column + 1)
    else { return nil }
    let certificate = (try? row.decode(String?.self, atIndex: column + 3)) ?? nil
    self.init(
      serial: SerialNumber(normalised: serial), model: model,
      mac: (try? row.decode(String?.self, atIndex: column + 2)) ?? nil,
      certificates: certificate.map { [$0] } ?? [], passed: certificate != nil)
  }
}
