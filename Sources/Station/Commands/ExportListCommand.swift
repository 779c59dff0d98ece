import ArgumentParser

struct ExportListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What was handed over of a batch.",
    discussion: """
      Examples:
        station export list WO-17
        station export list WO-17 --json
      """)

  @Argument(help: "The number of an order.")
  var batch: BatchID

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let id = batch
      let events = try await options.reading().read { database in
        _ = try BatchQueries.batch(database, id)
        return try ExportQueries.events(database, of: id)
      }
      if options.json {
        for event in events { print(JSONLine.text(event)) }
        return .done
      }
      var table = TextTable("REVISION", "PROFILE", "UNITS", "AS OF ROW", "NOT REGISTERED", "MANIFEST")
      for event in events {
        table.add(
          String(event.revision), event.profile.name, String(event.rows), String(event.position),
          String(event.unregistered?.count ?? 0), event.manifest)
      }
      if table.isEmpty { print("Nothing was handed over.") } else { table.print() }
      return .done
    }
  }
}
