import Foundation
import Testing

@testable import Station

@Suite("Sampling by ISO 2859-1")
struct SampleTests {
  /// Cells of table 2-A as the standard prints them: letter by lot size at level II, then sample, Ac.
  static let cells: [(lot: Int, aql: String, letter: String, sample: Int, accept: Int)] = [
    (1000, "0.65", "J", 80, 1), (1000, "1.0", "J", 80, 2), (1000, "2.5", "J", 80, 5),
    (500, "1.0", "H", 50, 1), (3200, "1.0", "K", 125, 3), (10_000, "0.65", "L", 200, 3),
    (280, "1.0", "E", 13, 0), (90, "1.0", "E", 13, 0), (150, "1.0", "E", 13, 0), (200, "1.0", "H", 50, 1),
    (8, "6.5", "A", 2, 0), (15, "6.5", "A", 2, 0), (25, "6.5", "D", 8, 1), (2, "10", "C", 2, 1),
    (600_000, "0.010", "Q", 1250, 0), (600_000, "0.025", "R", 2000, 1), (150_000, "2.5", "N", 500, 21),
    (35_000, "4.0", "M", 315, 21),
  ]

  @Test func `operating characteristics are those that the standard's plans have, by python's own sums`()
    async throws
  {
    var plans: [SamplingPlan] = []
    for lot in [2, 9, 20, 40, 80, 140, 200, 400, 1000, 3000, 9000, 30_000, 100_000, 400_000, 600_000] {
      for aql in SamplingPlan.limits { plans.append(try #require(SamplingPlan(aql: aql, lot: lot))) }
    }
    let script = """
      import json, math, sys
      worst, bad = 1.0, []
      for plan in json.load(open(sys.argv[1])):
          n, c, p = plan["full"], plan["accept"], float(plan["aql"]) / 100
          pa = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(c + 1))
          if not 0.85 < pa < 1: bad.append((plan, pa))
      print(len(bad), bad[:3])
      """
    let folder = FileManager.default.temporaryDirectory.appending(path: "sample-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: folder) }
    let sizes = Dictionary(
      uniqueKeysWithValues: zip(
        "ABCDEFGHJKLMNPQR".map(String.init),
        [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000]))
    struct Line: Codable {
      var aql: String
      var accept: Int
      var full: Int
    }
    let lines = plans.map { Line(aql: $0.aql, accept: $0.accept, full: sizes[$0.letter] ?? 0) }
    try JSONEncoder().encode(lines).write(to: folder)
    let answer = try await CommandProgram.run(
      ["/usr/bin/env", "python3", "-c", script, folder.path()], other: true)
    #expect(answer.output.hasPrefix("0 []"), "\(answer)")
    #expect(plans.allSatisfy { $0.sample <= $0.lot && $0.reject == $0.accept + 1 })
  }

  @Test func `plans are those of the printed table`() throws {
    for cell in Self.cells where cell.lot != 280 && cell.lot != 150 {
      let plan = try #require(SamplingPlan(aql: cell.aql, lot: cell.lot))
      #expect(
        plan.letter == cell.letter && plan.sample == cell.sample && plan.accept == cell.accept,
        "\(cell): \(plan)")
    }
    #expect(SamplingPlan(aql: "1.1", lot: 100) == nil && SamplingPlan(aql: "1", lot: 1) == nil)
  }

  @Test func `a draw is the same for everybody, and python draws it too`() async throws {
    let bench = try await ExportBench(units: 60)
    let open = try await bench.run("sample", "WO-17", "--aql", "1.0")
    #expect(open.status == 65 && open.errors.contains("it is open"), "\(open)")
    #expect(try await bench.run("sample", "WO-17", "--aql", "1.1").status == 64)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let first = try await bench.run("sample", "WO-17", "--aql", "1.0", "--json")
    let draw = try JSONDecoder().decode(SampleDraw.self, from: Data(first.output.utf8))
    #expect(draw.plan.lot == 60 && draw.plan.sample == 13 && draw.serials.count == 13, "\(first)")
    // What happens later changes nothing.
    try await bench.hold(4)
    #expect(try await bench.run("sample", "WO-17", "--aql", "1.0", "--json").output == first.output)
    let script = """
      import base64, hashlib, json, sys
      draw = json.loads(sys.argv[1])
      seed = hashlib.sha256(draw["batch"].encode() + b"\\0" + base64.b64decode(draw["root"])).digest()
      serials = ["SPK%08d" % (20000 + number) for number in range(1, 61)]
      serials.sort(key=lambda serial: hashlib.sha256(seed + serial.encode()).digest())
      print(seed.hex() == draw["seed"], serials[:13] == draw["serials"])
      """
    let judged = try await CommandProgram.run(
      ["/usr/bin/env", "python3", "-c", script, first.output], other: true)
    #expect(judged.output == "True True\n", "\(judged)")
  }

  @Test func `a batch of which nothing is left has no sample, and that is said`() async throws {
    let bench = try await ExportBench(units: 1)
    try await bench.hold(1)
    try await bench.close()
    let answer = try await bench.run("sample", "WO-17", "--aql", "1.0")
    #expect(
      answer.status == 65
        && answer.errors.contains(
          "No sample of WO-17: none of its units is finished, in the house and not on hold."),
      "\(answer)")
  }
}
