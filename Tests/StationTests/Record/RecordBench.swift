import Foundation
import Testing

@testable import Station

/// A real ledger in a temporary folder, with a folder beside it for the second copy.
final class RecordBench {
  let root: URL
  let clock = ManualClock()
  let ledger: Ledger
  let station: String

  var second: URL { root.appendingPathComponent("second") }

  init(station: String = "LINE-3") throws {
    self.station = station
    root = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("record-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("second"), withIntermediateDirectories: true)
    ledger = try Ledger.open(
      path: root.appendingPathComponent("ledger.sqlite").path, station: station, clock: clock,
      versions: StationStart(version: "1", settings: "defaults"))
  }

  deinit {
    try? ledger.close()
    try? FileManager.default.removeItem(at: root)
  }

  /// Rows with quotes, slashes, emoji and a newline in their bodies.
  func write(rows: Int) async throws {
    var written = 0
    while written < rows {
      let count = min(100, rows - written)
      _ = try await ledger.append(
        AppendRequest(
          (0..<count).map { number in
            JournalDraft(
              actor: "badge \"7\"", slot: SlotName("A1"),
              entry: .opened(device: "/dev/ttyÜ\(written + number)\n\u{1F511}\\"))
          }))
      written += count
    }
  }

  func shipper(
    _ sink: (any RecordSink)? = nil, memory: (any RecordMemory)? = nil, rowsPerSegment: Int = 50
  ) -> RecordShipper {
    var settings = RecordSettings()
    settings.rowsPerSegment = rowsPerSegment
    return RecordShipper(
      journal: ledger, sink: sink ?? FolderSink(path: second.path), memory: memory ?? ledger,
      station: station,
      ledgerPath: ledger.path, clock: clock, randomness: CourierRandomness(seed: 1), settings: settings)
  }

  /// Names in the second folder, without the mark.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: second.path).filter { $0 != FolderSink.mark }.sorted()
  }

  func segments() throws -> [Data] {
    try files().map { try Data(contentsOf: second.appendingPathComponent($0)) }
  }

  /// Remembers nothing: a ledger that was restored, or a state that was lost.
  struct Forgetful: RecordMemory {
    func value(for key: String) async throws(Fault) -> String? { nil }
    func setValue(_ value: String?, for key: String) async throws(Fault) {}
  }
}
