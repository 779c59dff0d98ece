import Foundation

@testable import Station

/// Settings, journal, record and Door.
extension FuzzTargets {
  private static func isBounded(_ problems: SettingsProblems, _ input: [UInt8]) throws {
    try FuzzTarget.require(!problems.problems.isEmpty, "refused without a word")
    for problem in problems.problems {
      try FuzzTarget.requirePrintable(problem.text, limit: 2_000)
      try FuzzTarget.require(problem.line >= 0, "line \(problem.line)")
    }
  }

  static var settings: [FuzzTarget] {
    let example = Array(SettingsExample.text.utf8)
    let words = [
      "&a", "*a", "<<: *a", "!!binary", "!!python/object", "? ", "- ", "|", ">-", "---", "...", "\t",
      "slots:",
      "models:", "a: &a [*a]", "[[[[[[[[[[[[[[[[", "{{{{{{{{{{{{{{{{", "'", "\"",
    ]
    return [
      FuzzTarget(name: "settings", samples: [example], words: words, inputs: 60) { input in
        let settings: StationSettings
        do throws(SettingsProblems) {
          settings = try Settings.read(text: FuzzTarget.text(input), file: "station.yaml")
        } catch { return try isBounded(error, input) }
        try FuzzTarget.require(
          !settings.station.isEmpty && !settings.models.isEmpty, "a bench without a name")
      },
      FuzzTarget(name: "taught settings", samples: [example], words: words, inputs: 60) { input in
        guard let slot = SlotName("A3") else { return }
        let (text, path) = (FuzzTarget.text(input), "pci-0000:00:14.0-usb-0:7.7:1.0")
        let taught: String
        do throws(SettingsProblems) {
          taught = try TaughtSettings.text(text, file: "station.yaml", slot: slot, path: path)
        } catch { return try isBounded(error, input) }
        let read = try Settings.read(text: taught, file: "station.yaml")
        try FuzzTarget.require(read.slots.first { $0.name == slot }?.path == path, "not what was taught")
        try FuzzTarget.require(taught.utf8.count <= text.utf8.count + 200, "it grew")
      },
    ]
  }

  /// The kind, a line feed, the body.
  static func journal(_ material: FuzzMaterial) throws -> FuzzTarget {
    let samples = try material.rows.map { Array("\($0.kind)\n".utf8) + $0.body } + material.bodies()
    return FuzzTarget(
      name: "journal bodies", samples: samples,
      words: ["step.done\n", "outbox.owed\n", "\"revision\":9223372036854775807"]
    ) {
      input in
      let end = input.firstIndex(of: 10) ?? input.endIndex
      let kind = FuzzTarget.text(Array(input[..<end]))
      let entry = try JournalEntry(kind: kind, body: Data(input[end...].dropFirst()))
      if case .failed(_, let fault) = entry { try FuzzTarget.require(fault) }
      if case .exported(let event) = entry {
        try FuzzTarget.require(event.revision < .max && event.position < .max, "nothing can follow \(event)")
      }
      let again = try JournalEntry(kind: kind, body: entry.body())
      try FuzzTarget.require(again == entry && again.kind == kind, "not what was written")
    }
  }

  /// A story of damaged rows never makes `Decide` crash, whatever it decides.
  static func projections(_ material: FuzzMaterial) -> FuzzTarget {
    let rows = material.rows
    return FuzzTarget(
      name: "stories", samples: [Array(repeating: 0, count: rows.count), (0..<UInt8(rows.count)).map { $0 }]
    ) { input in
      // Each byte takes a row: stories of rows in any order, any number of times.
      let chosen = input.prefix(200).map { rows[Int($0) % rows.count] }
      guard let attempt = chosen.compactMap(\.attempt).first else { return }
      let story = try HubStory(rows: chosen, attempt: attempt)
      for key in [KeyOrigin.station, .hub] {
        if case .refuse(let fault, _) = Decide.next(story, plan: UnitPlan(key: key, hasChecks: true)) {
          try FuzzTarget.require(fault)
        }
      }
    }
  }

  static var door: FuzzTarget {
    let samples = [
      #"{"verb":"status","actor":"anna"}"#,
      #"{"verb":"outbox-decide","decision":"give-up","actor":"anna","code":"thing-conflict","kind":"create-thing","reason":"r","dryRun":true}"#,
      #"{"verb":"slots-teach","actor":"anna","slot":"A1","path":"pci-0000:00:14.0-usb-0:1.1:1.0"}"#,
      #"{"verb":"sync","actor":"4711","seconds":5,"serial":"SPK00000001"}"#,
    ].map { Array($0.utf8) }
    return FuzzTarget(name: "door requests", samples: samples, words: ["outbox-decide", "owe", "stop"]) {
      input in
      let request = try JSONDecoder().decode(DoorRequest.self, from: Data(input))
      let again = try JSONDecoder().decode(DoorRequest.self, from: JSONEncoder().encode(request))
      try FuzzTarget.require(again == request, "not what was asked")
    }
  }

  static var doorAnswers: FuzzTarget {
    var answer = DoorAnswer(fault: Fault(.headMoved, ["hub": "x"]))
    answer.left = 3
    let sample = (try? JSONEncoder().encode(answer)).map { [UInt8]($0) } ?? []
    return FuzzTarget(name: "door answers", samples: [sample, Array("{}".utf8)]) { input in
      let answer = try JSONDecoder().decode(DoorAnswer.self, from: Data(input))
      if let fault = answer.fault { try FuzzTarget.require(fault) }
    }
  }

  static func record(_ material: FuzzMaterial) -> [FuzzTarget] {
    let lines = material.rows.compactMap { try? RecordLine($0).bytes() }
    let whole = lines.reduce(Data(), +)
    let good = RecordSegment.verify([whole]).rows
    return [
      FuzzTarget(name: "record lines", samples: lines.map { [UInt8]($0.dropLast()) }, words: ["bodyBase64"]) {
        input in
        guard let line = RecordLine(line: Data(input)), let row = line.row else { return }
        let again = RecordLine(line: try RecordLine(row).bytes().dropLast())?.row
        try FuzzTarget.require(again == row, "a row that does not come back")
      },
      FuzzTarget(name: "record segments", samples: [[UInt8](whole)], inputs: 150) { input in
        let verdict = RecordSegment.verify([Data(input)])
        try FuzzTarget.require(verdict.rows >= 0 && verdict.head.count == 32, "no verdict")
        if verdict.firstBreak == nil, Data(input) != whole {
          try FuzzTarget.require(verdict.rows <= good, "more rows than were written are proved")
        }
      },
      FuzzTarget(
        name: "segment names",
        samples: ["line-1-0000000001-0000000500.jsonl", "%2Ehidden-0000000001-0000000001.jsonl"].map {
          Array($0.utf8)
        }
      ) { input in
        guard let name = RecordSegmentName(file: FuzzTarget.text(input)) else { return }
        try FuzzTarget.require(name.first >= 1 && name.first <= name.last, "\(name)")
        try FuzzTarget.require(RecordSegmentName(file: name.description) == name, "not its own name: \(name)")
        try FuzzTarget.require(!name.description.contains("/") && !name.description.hasPrefix("."), "\(name)")
      },
    ]
  }
}
