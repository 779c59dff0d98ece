import Foundation

/// How long the data file of an export and a report take: in this process, without manifest, proofs and signature.
struct ExportBenchmark: Hashable, Sendable, Codable {
  struct Figure: Hashable, Sendable, Codable {
    var profile: String
    /// The quickest of three.
    var milliseconds: Double
    var bytes: Int64
  }

  var units: Int
  /// Units that the report is about.
  var started = 0
  /// From the question to the figures, over everything in the ledger.
  var reportMilliseconds: Double
  var figures: [Figure]

  static func run(ledger path: String, batch: BatchID) async throws -> ExportBenchmark {
    let reader = try Ledger.reading(path: path)
    defer { try? reader.close() }
    let found = try await reader.batch(batch)
    let position = try await reader.lastRow()?.sequence ?? 0
    var benchmark = ExportBenchmark(units: 0, reportMilliseconds: 0, figures: [])
    for name in ["csv", "jsonl", "cfx"] {
      guard let profile = ExportProfile.shipped(name) else { continue }
      let order = ExportOrder(
        batch: batch.text, vendor: found.batch.vendor, model: found.batch.model, revision: 1,
        position: position, profile: profile)
      var figure = Figure(profile: name, milliseconds: .infinity, bytes: 0)
      for _ in 0..<(name == "cfx" ? 1 : 3) {
        let (milliseconds, bytes) = try reader.readNow { database in
          let folder = FileManager.default.temporaryDirectory
            .appending(path: "station-export-\(UUID().uuidString)").path(percentEncoded: false)
          try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
          defer { try? FileManager.default.removeItem(atPath: folder) }
          let began = ContinuousClock.now
          let rows = try ExportRows(
            database, batch: batch.text, vendor: order.vendor, position: position,
            columns: profile.columns.map(\.column))
          let data = DataWriter(order, rows: rows, folder: folder)
          benchmark.units = 0
          try rows.visit { unit in
            try data.add(unit)
            benchmark.units += 1
          }
          try data.finish()
          return ((ContinuousClock.now - began) / .milliseconds(1), data.finished.reduce(0) { $0 + $1.bytes })
        }
        figure.milliseconds = min(figure.milliseconds, milliseconds)
        figure.bytes = bytes
      }
      benchmark.figures.append(figure)
    }
    let began = ContinuousClock.now
    let report = ProductionReport(
      try await reader.reportMaterial(ReportScope()), scope: ReportScope(), by: .day(.gmt))
    benchmark.reportMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
    benchmark.started = report.yields.started
    return benchmark
  }
}
