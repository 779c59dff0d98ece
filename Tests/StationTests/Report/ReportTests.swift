import Foundation
import Testing

@testable import Station

@Suite("Figures of production")
struct ReportTests {
  /// A ledger of a hundred thousand rows, generated from one that a station wrote, and what an independent program makes
  /// of its journal.
  private static func generated(_ scratch: ScratchLedger) async throws -> String {
    let bench = try await PipelineBench()
    #expect(await bench.visit(PipelineBench.hub()).outcome == .passed)
    let template = bench.folder.appending(path: "ledger.sqlite").path()
    _ = try await python(["Benchmarks/large_ledger.py", template, scratch.path, "5200", "7"])
    return scratch.path
  }

  private static func python(_ arguments: [String]) async throws -> Data {
    let program = Foundation.Process()
    program.executableURL = URL(filePath: "/usr/bin/env")
    program.arguments = [ForeignClient.interpreter] + arguments
    program.currentDirectoryURL = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let output = Pipe()
    program.standardOutput = output
    program.standardError = FileHandle.nullDevice
    try program.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    program.waitUntilExit()
    #expect(program.terminationStatus == 0, "\(arguments)")
    return answer
  }

  /// Every number of `theirs` stands in `ours` under the same name; ours may say more.
  private static func agree(_ ours: Any?, _ theirs: Any, _ path: String) {
    switch theirs {
    case let theirs as [String: Any]:
      let ours = ours as? [String: Any] ?? [:]
      for (key, value) in theirs { agree(ours[key], value, "\(path).\(key)") }
    case let theirs as [Any]:
      let ours = ours as? [Any] ?? []
      #expect(ours.count == theirs.count, "\(path): \(ours.count) and \(theirs.count)")
      for (index, value) in theirs.enumerated() where index < ours.count {
        agree(ours[index], value, "\(path)[\(index)]")
      }
    case let theirs as NSNumber:
      guard let ours = ours as? NSNumber else {
        Issue.record("\(path): nothing and \(theirs)")
        return
      }
      let (one, two) = (ours.doubleValue, theirs.doubleValue)
      #expect(abs(one - two) <= 1e-8 * max(1e-6, abs(two)), "\(path): \(one) and \(two)")
    case let theirs as String: #expect(ours as? String == theirs, "\(path)")
    default: break
    }
  }

  private static func compare(_ path: String, _ scope: ReportScope, _ arguments: [String]) async throws
    -> ProductionReport
  {
    let reader = try Ledger.reading(path: path)
    let zone = try #require(TimeZone(identifier: "UTC"))
    let report = ProductionReport(try await reader.reportMaterial(scope), scope: scope, by: .day(zone))
    try reader.close()
    let judged = try await python(["Tests/Oracles/report_oracle.py", path] + arguments)
    var theirs = try #require(try JSONSerialization.jsonObject(with: judged) as? [String: Any])
    var ours = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    ours["bySlot"] = ours["cycleTimeBySlot"]
    ours["byOperator"] = ours["cycleTimeByOperator"]
    ours["cycleTime"] = ours["cycleTime"].map { [$0] }
    let days = theirs.removeValue(forKey: "days") as? [String: Any] ?? [:]
    #expect(report.parts.map(\.name) == days.keys.sorted())
    for (part, name) in zip(ours["parts"] as? [[String: Any]] ?? [], days.keys.sorted()) {
      agree(part["yields"], days[name] ?? [:], name)
    }
    agree(ours, theirs, "report")
    return report
  }

  @Test
  func `a hundred thousand rows: the same numbers as an independent program, whole, a batch, and a day`()
    async throws
  {
    let scratch = try ScratchLedger()
    let path = try await Self.generated(scratch)
    let reader = try Ledger.reading(path: path)
    let rows = try #require(try await reader.lastRow()).sequence
    #expect(rows >= 100_000, "\(rows)")
    let (chain, projections) = (try await reader.verifyChain(), try await reader.compareProjections())
    #expect(chain.firstBreak == nil && projections.agree, "the generator writes what a station would")
    try reader.close()
    let whole = try await Self.compare(path, ReportScope(), [])
    #expect(whole.parts.count >= 4 && whole.pareto.count == 6 && whole.unidentified > 20)
    #expect(whole.yields.retested > 100 && whole.yields.passed < whole.yields.started)
    #expect(whole.yields.rolledThroughputYield != whole.yields.firstPassYield)
    #expect(whole.slots.first { $0.slot.text == "A5" }?.verdict == .worse)
    #expect(whole.capabilities.first?.cpk != nil)
    let batch = try #require(BatchID("WO-000002"))
    let one = try await Self.compare(path, ReportScope(batch: batch), ["--batch", batch.text])
    #expect((900...1000).contains(one.yields.started) && one.unidentified == 0)
    let (since, until) = ("2026-01-02T00:00:00.000Z", "2026-01-03T12:30:00.000Z")
    let window = try await Self.compare(
      path, ReportScope(since: Timestamp(since), until: Timestamp(until)),
      ["--since", since, "--until", until])
    #expect(window.yields.started > 300 && window.yields.started < whole.yields.started)
  }

  private static func item(_ outcomes: [Outcome], opened: String = "2026-11-21T05:59:59.999Z") throws
    -> ReportMaterial.Item
  {
    let time = try #require(Timestamp(opened))
    return ReportMaterial.Item(
      model: "HUB-2",
      stays: outcomes.map {
        ReportMaterial.Stay(
          actor: "x", opened: time, closed: time.advanced(by: .seconds(10)),
          outcome: $0)
      })
  }

  @Test func `shifts begin where they are said to, through midnight and in their own zone`() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let utc = try #require(TimeZone(identifier: "UTC"))
    let starts = try #require(ReportGrouping.shifts("06:00,14:00,22:00"))
    for (time, zone, name) in [
      ("2026-11-21T05:59:59.999Z", utc, "2026-11-20 22:00"),
      ("2026-11-21T06:00:00.000Z", utc, "2026-11-21 06:00"),
      ("2026-11-21T05:00:00.000Z", berlin, "2026-11-21 06:00"),
      ("2026-11-21T22:30:00.000Z", utc, "2026-11-21 22:00"),
      // The night on which clocks go back: still one shift.
      ("2026-10-25T00:30:00.000Z", berlin, "2026-10-24 22:00"),
      ("2026-10-25T01:30:00.000Z", berlin, "2026-10-24 22:00"),
    ] {
      #expect(
        ReportGrouping.shift(starts, zone).part(of: try Self.item([.passed], opened: time)) == name, "\(time)"
      )
    }
    // Whatever quarter of an hour they share with others, units are in the part that their own minute says.
    let odd = ReportGrouping.shift([7, 367, 1439], berlin)
    let items = try (0..<600).map { number in
      let time = Timestamp(milliseconds: 1_790_000_000_000 + Int64(number) * 173_000)
      return try Self.item([.passed], opened: time.description)
    }
    for grouping in [odd, .shift(starts, berlin), .day(utc), .batch] {
      #expect(grouping.parts(of: items) == Dictionary(grouping: items, by: grouping.part(of:)))
    }
    for text in ["6:00", "06:00,06:00", "14:00,06:00", "24:00", "06:60", "", "06:00,"] {
      #expect(ReportGrouping.shifts(text) == nil, "\(text)")
    }
  }

  @Test func `no Cpk under thirty readings, without limits, or without any spread`() {
    func capability(_ count: Int, low: Double? = 0, high: Double? = 10, spread: Double = 1) -> Capability? {
      Capability.all(
        (0..<count).map {
          ReportMaterial.Reading(
            name: "v", measure: "V", low: low, high: high,
            value: 5 + ($0.isMultiple(of: 2) ? spread : -spread))
        }
      ).first
    }
    #expect(capability(29)?.cpk == nil && capability(29)?.refused == "29 readings; 30 are the fewest")
    #expect(capability(30)?.refused == nil)
    // Thirty readings of 5 ± 1: the sample's deviation is the root of 30/29.
    let expected = 5 / (3 * (30.0 / 29).squareRoot())
    #expect(abs((capability(30)?.cpk ?? 0) - expected) < 1e-12)
    #expect(abs((capability(30, low: nil)?.cpk ?? 0) - expected) < 1e-12)
    #expect(capability(30, low: nil, high: nil)?.refused == "it has no limits")
    #expect(capability(30, spread: 0)?.refused == "all readings are equal")
  }

  @Test func `an empty ledger and one slot give no figures and no crash`() throws {
    let nothing = ProductionReport(ReportMaterial(), scope: ReportScope(), by: .batch)
    #expect(nothing.yields.firstPassYield == nil && nothing.slots.isEmpty)
    #expect(ReportText.lines(nothing)[1].hasSuffix(" -"))
    #expect(FisherTest.twoSided(failures: 0, of: 5, otherFailures: 0, ofOthers: 7) == 1)
    // Fisher's own tea: three of four cups told right, and the mirror image: 34/70 two-sided.
    #expect(abs(FisherTest.twoSided(failures: 3, of: 4, otherFailures: 1, ofOthers: 4) - 34.0 / 70) < 1e-12)
    var alone = ReportMaterial()
    alone.items = [try Self.item([.failed, .passed])]
    alone.items[0].stays[0].slot = SlotName("A1")
    let report = ProductionReport(alone, scope: ReportScope(), by: nil)
    #expect(report.slots.map(\.verdict) == [.alone] && report.yields.retestRate == 1)
  }

  @Test func `the page is well formed, needs nothing from outside, and shows names as they are`() async throws
  {
    var material = ReportMaterial()
    material.items = [try Self.item([.failed, .passed]), try Self.item([.passed])]
    material.items[0].stays[0].actor = "<script>alert('1')</script> & \"co\"\u{202E}"
    material.items[1].stays[0].actor = material.items[0].stays[0].actor
    material.items[0].firstEnds = [.identify: true, .check: false]
    let report = ProductionReport(material, scope: ReportScope(), by: .batch)
    let page = ReportPage.html(report, title: "Production & <b>more</b>")
    #expect(
      !page.contains("<script") && !page.contains("\u{202E}")
        && ["http:", "https:", "src=", "url("].allSatisfy { !page.contains($0) })
    #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") && page.contains("<svg"))
    let scratch = try ScratchLedger()
    let file = scratch.folder.appending(path: "page.html").path()
    try page.write(toFile: file, atomically: true, encoding: .utf8)
    let judge = """
      import sys, xml.dom.minidom, re
      page = open(sys.argv[1]).read().split("<body>")[1].split("</body>")[0]
      xml.dom.minidom.parseString(page)
      print("fine")
      """
    let verdict = try await Self.python(["-c", judge, file])
    #expect(String(decoding: verdict, as: UTF8.self) == "fine\n")
  }

  @Test func `the verb prints text, JSON and a page, and says what it does not know`() async throws {
    let bench = try await CommandBench()
    let text = try await CommandProgram.run(["report", "--ledger", bench.ledger])
    #expect(
      text.status == 0 && text.lines.first == "2 units started, 1 passed, 1 at the first attempt", "\(text)")
    let file = bench.folder.appending(path: "report.html").path()
    // Over a page that everybody could read: the new one is its owner's alone, and nothing is left beside it.
    #expect(
      FileManager.default.createFile(
        atPath: file, contents: Data("old".utf8), attributes: [.posixPermissions: 0o644]))
    let before = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path())
    let json = try await CommandProgram.run(
      ["report", "--ledger", bench.ledger, "--json", "--by", "shift", "--time-zone", "UTC", "--html", file])
    let report = try JSONDecoder().decode(ProductionReport.self, from: Data(json.output.utf8))
    #expect(report.yields.firstPassYield == 0.5 && report.parts.count == 1)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder.path()).sorted() == before.sorted())
    for (words, status) in [
      (["--batch", "WO-9"], 65), (["--shifts", "6"], 64), (["--since", "yesterday"], 64),
      (["--time-zone", "Nowhere"], 64), (["--html", "/nonexistent/x.html"], 73),
    ] as [([String], Int32)] {
      let answer = try await CommandProgram.run(["report", "--ledger", bench.ledger] + words)
      #expect(answer.status == status && !answer.errors.isEmpty, "\(words)")
    }
  }
}
