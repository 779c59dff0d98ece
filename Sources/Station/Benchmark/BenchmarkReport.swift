import Foundation

/// Every figure of one run, for `Benchmarks/run` to put beside its comparators. The keys are stable.
struct BenchmarkReport: Hashable, Sendable, Codable {
  var identitiesPerSecond: Double
  var ledgerOne: LedgerBenchmark.Figure
  var ledgerSixtyFour: LedgerBenchmark.Figure
  var floors: [FloorBenchmark.Figure]
  /// Of this process at the end, from /proc/self/status (VmHWM), megabytes.
  var peakMegabytes: Double

  /// - Parameter scale: 1 is the usual size; less for a quick look.
  static func run(scale: Double) async throws -> BenchmarkReport {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "station-benchmark-\(UUID().uuidString)"
    )
    .path(percentEncoded: false)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func size(_ usual: Int) -> Int { max(64, Int(Double(usual) * scale)) }
    return BenchmarkReport(
      identitiesPerSecond: try IdentityBenchmark.run(units: size(2000), folder: folder),
      ledgerOne: try await LedgerBenchmark.run(rows: size(4000), waiting: 1, folder: folder),
      ledgerSixtyFour: try await LedgerBenchmark.run(rows: size(64_000), waiting: 64, folder: folder),
      floors: [
        try await FloorBenchmark.run(units: size(200), slots: 1, folder: folder),
        try await FloorBenchmark.run(units: size(800), slots: 8, folder: folder),
        try await FloorBenchmark.run(units: size(1600), slots: 64, folder: folder),
      ], peakMegabytes: peakMegabytes())
  }

  private static func peakMegabytes() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) })
    else { return 0 }
    return kilobytes / 1024
  }
}
