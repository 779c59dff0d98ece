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

  /// Whether the unit passed with this certificate.
  func passed(_ hub: HubID, with certificate: String) -> Bool {
    let found = try? queue.read {
      try Bool.fetchOne(
        $0, sql: "SELECT 1 FROM unit WHERE hub = ? AND certificate = ?", arguments: [hub.text, certificate])
    }
    return found == true
  }
}
