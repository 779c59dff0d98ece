import Foundation
import Testing

@testable import Station

/// A station whose hubs passed before and after a backup was made; its ledger is closed.
struct RestoreBench {
  let floor: PipelineBench
  let hubs: [SimulatedHub]
  let ids: [HubID]
  let backup: String
  let record: String?
  var path: String { floor.ledger.path }

  static func hub(_ number: Int, mac: String? = nil) -> SimulatedHub {
    PipelineBench.hub("SPK0000000\(number)", mac: mac ?? "02:00:5e:00:00:0\(number)")
  }

  init(before: Int, after: Int, record: Bool = false) async throws {
    let floor = try await PipelineBench()
    let place = floor.folder.appending(path: "record")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let hubs = (0..<before + after).map { Self.hub($0) }
    var ids: [HubID] = []
    let backup = floor.folder.appending(path: "backup.sqlite").path()
    for (number, hub) in hubs.enumerated() {
      let conclusion = await floor.visit(hub)
      #expect(conclusion.outcome == .passed)
      ids.append(try #require(conclusion.hub))
      if number + 1 == before { _ = try LedgerBackup.make(of: floor.ledger.path, to: .file(backup)) }
    }
    if record { try await Self.ship(floor.ledger, as: "test", to: place.path()) }
    try floor.ledger.close()
    self.floor = floor
    self.hubs = hubs
    self.ids = ids
    self.backup = backup
    self.record = record ? place.path() : nil
  }

  /// Puts what is not there yet into the folder, four rows in a segment.
  static func ship(_ ledger: Ledger, as station: String, to place: String) async throws {
    var settings = RecordSettings()
    settings.rowsPerSegment = 4
    let status = try await RecordShipper(
      journal: ledger, sink: FolderSink(path: place), memory: ledger, station: station, settings: settings
    ).flush()
    #expect(status.fault == nil && status.behind == 0)
  }

  func restore(from other: String? = nil) throws(Fault) -> LedgerRestore {
    try LedgerRestore(
      other ?? backup, over: path, record: record, station: "test", clock: SystemClock(),
      versions: StationStart(version: "test", settings: "none"))
  }

  func open() throws(Fault) -> Ledger {
    try Ledger.open(
      path: path, station: "test", clock: SystemClock(),
      versions: StationStart(version: "test", settings: "none"))
  }

  func visit(_ hub: SimulatedHub, on ledger: Ledger) async -> Conclusion {
    var bench = floor.bench
    bench.lastRowTime = { ledger.lastTime }
    return await floor.visit(hub, by: Runner(journal: ledger, bench: bench))
  }

  func allRows() async throws -> [JournalRow] {
    let reader = try Ledger.reading(path: path)
    defer { try? reader.close() }
    return try await reader.rows(after: 0, limit: 10_000)
  }

  func segments() throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: URL(filePath: try #require(record)), includingPropertiesForKeys: nil
    )
    .filter { $0.lastPathComponent.hasSuffix(".jsonl") }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  func removeLedger() throws {
    for file in LedgerFile(path: path).allPaths where BackupFile.exists(file) {
      try FileManager.default.removeItem(atPath: file)
    }
  }

  /// Every file in the ledger's folder. The lock is a courtesy text.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: floor.folder.path()) {
      let file = floor.folder.appending(path: name)
      // Whoever reads leaves an empty log behind.
      guard !name.hasSuffix(".lock"), !name.hasSuffix("-shm"), let data = try? Data(contentsOf: file) else {
        continue
      }
      if name.hasSuffix("-wal"), data.isEmpty { continue }
      contents[name] = data
    }
    return contents
  }
}
