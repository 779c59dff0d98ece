import ArgumentParser

struct BatchListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the work orders, newest first.",
    discussion: """
      Examples:
        station batch list
        station batch list --open --json
      """)

  @Flag(help: "Only open ones.")
  var open = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      var table = TextTable("BATCH", "STATE", "MODEL", "PASSED", "SERIALS", "SLOTS", "OPENED", "BY", "VENDOR")
      for record in try await reader.batches(open: open ? true : nil) {
        let line = BatchLine(record, try await reader.batchCounts(record.batch.id))
        if options.json {
          print(JSONLine.text(line))
          continue
        }
        table.add(
          line.batch.text, line.state, line.model, line.progress, line.serials, line.place,
          String(record.opened.time.description.prefix(10)), record.opened.actor, line.vendor)
      }
      if options.json { return .done }
      if table.isEmpty { print("No batches: the station works without work orders.") } else { table.print() }
      return .done
    }
  }
}

struct BatchShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Tell how far a work order is.",
    discussion: """
      Examples:
        station batch show WO-17
        station batch show WO-17 --json
      """)

  @Argument(help: "The number of the order.")
  var batch: BatchID

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let line = BatchLine(try await reader.batch(batch), try await reader.batchCounts(batch))
      if options.json {
        print(JSONLine.text(line))
      } else {
        for text in line.lines { print(text) }
      }
      return .done
    }
  }
}
