import Foundation
import Testing

@testable import Station

/// A ledger that was restored without its second copy has other rows under the numbers of lost ones.
@Suite("The second copy of a branch that a restore left behind")
struct RecordBranchTests {
  private let bench: RecordBench
  /// The ledger as it was at row 90, from where it goes on otherwise.
  private let restored: Ledger

  /// The second place has 100 rows.
  init() async throws {
    bench = try RecordBench()
    let rows = try await bench.ledger.lastRow()?.sequence ?? 0
    try await bench.write(rows: 90 - Int(rows))
    let path = bench.root.appendingPathComponent("restored.sqlite").path
    _ = try LedgerBackup.make(of: bench.ledger.path, to: .file(path))
    try await bench.write(rows: 10)
    #expect(try await bench.shipper().flush().behind == 0)
    restored = try Ledger.open(
      path: path, station: bench.station, clock: bench.clock,
      versions: StationStart(version: "1", settings: "other"))
  }

  private func write(_ rows: Int) async throws {
    for number in 0..<rows {
      _ = try await restored.append(JournalDraft(entry: .opened(device: "/dev/other\(number)")))
    }
  }

  private func contents() throws -> [String: Data] {
    Dictionary(uniqueKeysWithValues: zip(try bench.files(), try bench.segments()))
  }

  @Test(arguments: [5, 10, 60])
  func `nothing is put on top of other rows, however far the ledger is, until a person acts`(rows: Int)
    async throws
  {
    let before = try contents()
    let shipper = RecordShipper(
      journal: restored, sink: FolderSink(path: bench.second.path), memory: restored, station: bench.station,
      clock: bench.clock, randomness: CourierRandomness(seed: 1))
    try await write(rows)
    for _ in 0..<3 {
      let status = try await shipper.flush()
      #expect(status.fault?.code == .recordForeign)
      #expect(status.fault?.values["problem"] == (rows < 10 ? "ahead" : "other-history"))
      let wording = Wording(status.fault ?? Fault(.stopped))
      #expect(wording.hint.contains("`record`") && !wording.hint.contains("by itself"), "\(wording)")
      #expect(try contents() == before)
      try await write(1)
    }
    // The segments are moved out of the folder: everything goes there from row 1.
    for file in before.keys {
      try FileManager.default.moveItem(
        at: bench.second.appendingPathComponent(file), to: bench.root.appendingPathComponent(file))
    }
    let status = try await shipper.flush()
    #expect(status.fault == nil && status.behind == 0)
    let verification = RecordSegment.verify(try bench.segments())
    #expect(verification.firstBreak == nil)
    #expect(verification.head == (try await restored.lastRow()?.hash))
    try restored.close()
  }

  /// What is behind a gap is looked at before the gap is filled with other rows.
  @Test func `other rows behind a gap are noticed`() async throws {
    let gap = try #require(try bench.files().first)
    try FileManager.default.removeItem(at: bench.second.appendingPathComponent(gap))
    let before = try contents()
    try await write(60)
    let status = try await RecordShipper(
      journal: restored, sink: FolderSink(path: bench.second.path), memory: RecordBench.Forgetful(),
      station: bench.station, clock: bench.clock, randomness: CourierRandomness(seed: 1)
    ).flush()
    #expect(status.fault?.values["problem"] == "other-history")
    #expect(try contents() == before)
    try restored.close()
  }

  @Test(arguments: ["cut", "alter", "empty"])
  func `a newest segment that is damaged is named, and nothing is put behind it`(_ how: String) async throws {
    let name = try #require(try bench.files().last)
    let file = bench.second.appendingPathComponent(name)
    var data = try Data(contentsOf: file)
    switch how {
    case "cut": data = data.dropLast(7)
    case "alter":
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text.replacingOccurrences(of: "badge", with: "Badge").utf8)
    default: data = Data()
    }
    try data.write(to: file)
    try await bench.write(rows: 60)
    let before = try contents()
    let status = try await bench.shipper().flush()
    #expect(status.fault?.values["problem"] == "damaged" && status.fault?.values["file"] == name)
    #expect(try contents() == before)
    try restored.close()
  }
}
