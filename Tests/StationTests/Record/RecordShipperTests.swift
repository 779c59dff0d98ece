import Foundation
import Testing

@testable import Station

@Suite("The second copy of the record")
struct RecordShipperTests {
  @Test func `the segments hold every row, and their chain is the ledger's`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 230)
    let status = try await bench.shipper().flush()
    #expect(status.behind == 0 && status.shipped == status.last && status.fault == nil)
    let files = try bench.files()
    #expect(files.first == "LINE-3-0000000001-0000000050.jsonl")
    let verification = RecordSegment.verify(try bench.segments())
    let last = try #require(try await bench.ledger.lastRow())
    #expect(verification.firstBreak == nil)
    #expect(verification.rows == last.sequence)
    #expect(verification.head == last.hash)
    // Every field comes back.
    let first = try #require(try bench.segments().first?.split(separator: 0x0A).last)
    let row = try #require(RecordLine(line: Data(first))?.row)
    let stored = try await bench.ledger.rows(after: row.sequence - 1, limit: 1).first
    #expect(row == stored)
  }

  @Test func `python recomputes the chain from the segments alone`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 120)
    _ = try await bench.shipper().flush()
    let head = try #require(try await bench.ledger.lastRow()?.hash)
    let (status, output) = try Self.python(Self.judge, [bench.second.path])
    #expect(status == 0, "\(output)")
    #expect(output == head.map { String(format: "%02x", $0) }.joined())
  }

  @Test(arguments: ["alter", "swap", "cut", "garble"])
  func `a record that was tampered with is found`(_ how: String) async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 90)
    _ = try await bench.shipper().flush()
    var lines = try bench.segments().flatMap {
      $0.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
    let reason: RecordVerification.Break.Reason
    switch how {
    case "alter":
      lines[40] = lines[40].replacingOccurrences(of: "badge", with: "Badge")
      reason = .hash
    case "swap":
      lines.swapAt(40, 41)
      reason = .gap
    case "cut":
      lines.remove(at: 40)
      reason = .gap
    default:
      lines[40] = String(lines[40].dropLast(5))
      reason = .unreadable
    }
    let verification = RecordSegment.verify([Data((lines.joined(separator: "\n") + "\n").utf8)])
    #expect(verification.firstBreak == .init(sequence: 41, reason: reason))
    #expect(verification.rows == 40)
  }

  @Test func `shipping again changes nothing, also when everything about it was forgotten`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 130)
    _ = try await bench.shipper().flush()
    let before = try bench.files()
    let inodes = try before.map { try Self.inode(bench.second.appendingPathComponent($0)) }
    _ = try await bench.shipper(memory: RecordBench.Forgetful(), rowsPerSegment: 7).flush()
    #expect(try bench.files() == before)
    #expect(try before.map { try Self.inode(bench.second.appendingPathComponent($0)) } == inodes)
    try await bench.write(rows: 3)
    let status = try await bench.shipper(memory: RecordBench.Forgetful()).flush()
    #expect(status.behind == 0)
    #expect(RecordSegment.verify(try bench.segments()).rows == status.last)
  }

  @Test func `the place is trusted more than the memory`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 150)
    _ = try await bench.shipper().flush()
    // The disk was restored from an older copy: a segment in the middle is gone.
    for rowsPerSegment in [50, 7] {
      let lost = try #require(try bench.files().dropFirst().first)
      try FileManager.default.removeItem(at: bench.second.appendingPathComponent(lost))
      // Its rows come back, in segments of whatever size, and none is there twice.
      let status = try await bench.shipper(rowsPerSegment: rowsPerSegment).flush()
      #expect(status.behind == 0)
      #expect(try bench.files().contains(lost) == (rowsPerSegment == 50))
      #expect(RecordSegment.verify(try bench.segments()).rows == status.last)
    }
  }

  @Test func `a place that has more rows than the ledger is named, and nothing is put there`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 100)
    let ahead = try RecordSegment(
      station: bench.station, rows: try await bench.ledger.rows(after: 0, limit: 100))
    let younger = try RecordBench()
    try await younger.write(rows: 60)
    try ahead.data.write(to: younger.second.appendingPathComponent(ahead.name.description))
    let status = try await younger.shipper().flush()
    #expect(status.fault?.code == .recordForeign && status.fault?.values["problem"] == "ahead")
    #expect(try younger.files() == [ahead.name.description])
  }

  @Test func `a name that claims the largest number there is leaves a place of another record`() async throws
  {
    let bench = try RecordBench()
    try await bench.write(rows: 60)
    for name in [
      "\(bench.station)-0000000001-9223372036854775807.jsonl", "\(bench.station)-0000000009-0000000012.jsonl",
    ] {
      try Data("{}\n".utf8).write(to: bench.second.appendingPathComponent(name))
    }
    let status = try await bench.shipper().flush()
    #expect(status.fault?.code == .recordForeign)
    #expect(try bench.files().count == 2)
  }

  @Test(
    arguments: [
      #"{"last":-9223372036854775808,"pending":5}"#, #"{"last":7,"pending":7}"#, #"{"last":7,"gapEnd":3}"#,
      "{}",
    ])
  func `a position that is none counts as forgotten`(text: String) {
    #expect(RecordPosition(remembered: text) == nil)
    #expect(RecordPosition(remembered: #"{"last":7,"pending":8}"#) == RecordPosition(last: 7, pending: 8))
  }

  @Test func `a segment that is there with other bytes is a fault and is not overwritten`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 60)
    let sink = FolderSink(path: bench.second.path)
    _ = try await sink.open(station: bench.station, known: nil)
    let rows = try await bench.ledger.rows(after: 0, limit: 50)
    let segment = try RecordSegment(station: bench.station, rows: rows)
    try await sink.put(segment)
    try await sink.put(segment)
    let file = bench.second.appendingPathComponent(segment.name.description)
    var other = segment.data
    other[10] ^= 1
    for foreign in [other, segment.data.dropLast(1), segment.data + Data([0x0A])] {
      try foreign.write(to: file)
      let fault = await #expect(throws: Fault.self) { try await sink.put(segment) }
      #expect(fault?.values["problem"] == "other-contents")
      #expect(try Data(contentsOf: file) == foreign)
    }
  }

  @Test func `nothing bears a segment's name before it is whole`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 60)
    let shipper = bench.shipper()
    let name = "LINE-3-0000000001-0000000050.jsonl"
    // What stands in the way of the copy that is written first, stands in the way of all.
    let obstacle = bench.second.appendingPathComponent(".\(name).partial")
    try FileManager.default.createDirectory(
      at: obstacle.appendingPathComponent("x"), withIntermediateDirectories: true)
    let status = try await shipper.flush()
    #expect(status.fault?.code == .recordUnreachable)
    #expect(!FileManager.default.fileExists(atPath: bench.second.appendingPathComponent(name).path))
    try FileManager.default.removeItem(at: obstacle)
    // A copy that a power cut left behind is no segment, and is cleared away.
    try Data("{".utf8).write(to: obstacle)
    let after = try await bench.shipper().flush()
    #expect(after.behind == 0)
    #expect(try !bench.files().contains { $0.hasSuffix(".partial") })
    #expect(RecordSegment.verify(try bench.segments()).rows == after.last)
  }

  @Test func `a folder that is away is noticed, an empty mount point is not written to, and it catches up`()
    async throws
  {
    let bench = try RecordBench()
    try await bench.write(rows: 60)
    let shipper = bench.shipper()
    _ = try await shipper.flush()
    let away = bench.root.appendingPathComponent("away")
    try FileManager.default.moveItem(at: bench.second, to: away)
    try await bench.write(rows: 60)
    var status = try await shipper.flush()
    #expect(status.fault?.code == .recordUnreachable)
    #expect(status.behind == 60)
    // Unmounted: the folder is there, and it is the first disk's.
    try FileManager.default.createDirectory(at: bench.second, withIntermediateDirectories: true)
    for shipper in [shipper, bench.shipper()] {
      status = try await shipper.flush()
      #expect(status.fault?.code == .recordUnreachable)
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.second.path).isEmpty)
    }
    try FileManager.default.removeItem(at: bench.second)
    try FileManager.default.moveItem(at: away, to: bench.second)
    status = try await shipper.flush()
    #expect(status.fault == nil && status.behind == 0)
    #expect(RecordSegment.verify(try bench.segments()).rows == status.last)

    // Another stick, which a person has marked for the record: everything from row 1.
    try FileManager.default.moveItem(at: bench.second, to: away)
    try FileManager.default.createDirectory(at: bench.second, withIntermediateDirectories: true)
    try Data().write(to: bench.second.appendingPathComponent(FolderSink.mark))
    status = try await bench.shipper().flush()
    #expect(status.behind == 0)
    #expect(RecordSegment.verify(try bench.segments()).rows == status.last)
  }

  @Test func `a few rows wait a little, a full segment goes at once, and the status says how far behind`()
    async throws
  {
    let bench = try RecordBench()
    let shipper = bench.shipper()
    let run = Task { await shipper.run() }
    func resting() async throws {
      try await eventually("the shipper rests") { bench.clock.sleeperCount > 0 }
    }
    try await resting()
    try await bench.write(rows: 3)
    while try await shipper.status().behind > 0 {
      try await resting()
      let status = try await shipper.status()
      if status.behind > 0 { #expect(status.oldest != nil) }
      #expect(bench.clock.uptime() <= .seconds(25))
      bench.clock.wakeNext()
    }
    #expect(bench.clock.uptime() >= .seconds(15))
    let count = try bench.files().count
    try await resting()
    let before = bench.clock.uptime()
    try await bench.write(rows: 50)
    await shipper.wake()
    try await eventually("all is shipped") { try await shipper.status().behind == 0 }
    #expect(try bench.files().count == count + 1)
    #expect(bench.clock.uptime() == before)
    run.cancel()
    await run.value
    #expect(bench.clock.sleeperCount == 0)
  }

  @Test func `a name says station and rows, whatever the station is called`() {
    for station in ["LINE-3", "a.b", "../x", ".", "Halle 7/Ü", "%41", "x-0000000001-0000000002"] {
      let name = RecordSegmentName(station: station, first: 12, last: 12_345_678_901)
      #expect(RecordSegmentName(file: name.description) == name)
      #expect(!name.description.contains("/") && !name.description.hasPrefix("."))
    }
    for bad in [
      "x.jsonl", "x-1-2.jsonl", "x-0000000002-0000000001.jsonl", "x-0000000000-0000000001.jsonl",
      "%4-0000000001-0000000001.jsonl",
    ] {
      #expect(RecordSegmentName(file: bad) == nil)
    }
  }

  // MARK: Judges

  private static func inode(_ file: URL) throws -> UInt64 {
    try #require(
      try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? UInt64)
  }

  private static func python(_ program: String, _ arguments: [String]) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus,
      String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    )
  }

  /// Written from the description of the hash, not from its code.
  private static let judge = """
    import base64, hashlib, json, os, struct, sys
    head, number = bytes(32), 0
    folder = sys.argv[1]
    for name in sorted(n for n in os.listdir(folder) if n.endswith('.jsonl')):
        for line in open(os.path.join(folder, name), 'rb').read().splitlines():
            row = json.loads(line)
            assert row['seq'] == number + 1, row
            assert row['previousHash'] == head.hex(), row
            body = base64.b64decode(row['bodyBase64']) if 'bodyBase64' in row else row['body'].encode()
            json.loads(body)
            data = b'station-journal-v1\\0' + struct.pack('>q', row['seq'])
            text = lambda key: row[key].encode() if key in row else None
            fields = [text(k) for k in ('time', 'clock', 'station', 'actor', 'slot', 'attempt', 'hub', 'kind')]
            for field in fields + [body, text('versions'), head]:
                data += b'\\0' if field is None else b'\\1' + struct.pack('>Q', len(field)) + field
            head, number = hashlib.sha256(data).digest(), row['seq']
            assert row['hash'] == head.hex(), row
    print(head.hex())
    """
}
