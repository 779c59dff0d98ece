import ArgumentParser
import Foundation

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Yields, reasons, times and slots of production.",
    discussion: """
      It is about the units whose first attempt began in the window, with all of their attempts up to the first pass.
      First-pass yield: passed at the first attempt / started. Rolled throughput yield: the product over the steps of
      (first end of the step was good / units that came to it). Cpk is refused under 30 readings. A slot is called
      worse or better when Fisher's exact test, adjusted for the number of slots, says so at 5 %.

      Examples:
        station report --since 2026-11-21 --by shift
        station report --batch WO-17 --json
        station report --by day --shifts 06:00,14:00,22:00 --html report.html
      """)

  enum Division: String, CaseIterable, ExpressibleByArgument {
    case shift
    case day
    case batch
  }

  @Option(
    help: ArgumentHelp(
      "Units first tried from then on: 2026-11-21 or 2026-11-21T06:00:00Z.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Units first tried before then.", valueName: "time"))
  var until: String?

  @Option(help: "Only this batch.")
  var batch: BatchID?

  @Option(help: "Only this model.")
  var model: String?

  @Option(help: "Divide it: shift, day or batch.")
  var by: Division?

  @Option(help: ArgumentHelp("When shifts begin.", valueName: "times"))
  var shifts = "06:00,14:00,22:00"

  @Option(
    help: ArgumentHelp(
      "The zone of days and shifts, for example Europe/Berlin; else this machine's.", valueName: "zone"))
  var timeZone: String?

  @Option(help: ArgumentHelp("Also write a page with plots; `-` prints it.", valueName: "file"))
  var html: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    for (name, value) in [("--since", since), ("--until", until)] {
      if let value, UnitFilterOptions.time(value) == nil {
        throw ValidationError("\(name): write 2026-11-21 or 2026-11-21T06:00:00Z (UTC).")
      }
    }
    guard ReportGrouping.shifts(shifts) != nil else {
      throw ValidationError("--shifts: times of a day, ascending: 06:00,14:00,22:00.")
    }
    if let timeZone, TimeZone(identifier: timeZone) == nil {
      throw ValidationError("--time-zone: \(timeZone) is not known.")
    }
  }

  func run() async throws {
    try await options.perform {
      let scope = ReportScope(
        since: since.flatMap(UnitFilterOptions.time), until: until.flatMap(UnitFilterOptions.time),
        batch: batch, model: model)
      let reader = try options.reading()
      if let batch { _ = try await reader.batch(batch) }
      let report = ProductionReport(
        try await reader.reportMaterial(scope), scope: scope, by: grouping)
      if html == "-" {
        print(ReportPage.html(report, title: title), terminator: "")
        return .done
      }
      if options.json {
        print(JSONLine.text(report))
      } else {
        for line in ReportText.lines(report) { print(line) }
      }
      if let html { try write(ReportPage.html(report, title: title), to: html) }
      return .done
    }
  }

  private var title: String { batch.map { "Production of batch \($0)" } ?? "Production" }

  private var grouping: ReportGrouping? {
    let zone = timeZone.flatMap { TimeZone(identifier: $0) } ?? TimeZone.current
    return switch by {
    case .shift: .shift(ReportGrouping.shifts(shifts) ?? ReportGrouping.usualShifts, zone)
    case .day: .day(zone)
    case .batch: .batch
    case nil: nil
    }
  }

  /// Whole or not at all, and its owner's from its first byte: names of people and figures of the plant are nobody else's.
  private func write(_ page: String, to path: String) throws {
    let place = URL(filePath: path)
    let folder = place.deletingLastPathComponent().path(percentEncoded: false)
    let partial = ".\(place.lastPathComponent).\(UUID().uuidString)"
    do {
      defer { _ = unlink("\(folder)/\(partial)") }
      let file = try ExportFile(partial, in: folder)
      try file.write(page)
      _ = try file.finish()
      guard rename("\(folder)/\(partial)", path) == 0 else { throw ExportFile.failed(path, "rename") }
    } catch {
      throw CommandError(
        .cannotCreate, code: "report-unwritten", "\(PrintableText.of(path, limit: 200)) cannot be written.",
        hint: "Check the folder and its permissions.")
    }
  }
}
