import ArgumentParser
import Foundation

struct LockImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make all locks of a comma-separated file known to the vendor.",
    discussion: """
      The first line names the columns: lock, index, uuid; and, if wanted, serial, vendor, owner, keys. One wrong line, or
      a lock that this ledger already knows as another one, and nothing is written. Locks that it knows just like that are
      passed over, so the same file may be imported again.

      Examples:
        station lock import locks.csv --dry-run
        station lock import locks.csv --wait
      """)

  @Argument(help: "The file.", completion: .file(extensions: ["csv"]))
  var file: String

  @Flag(help: "Only show them.")
  var dryRun = false

  @Flag(help: "Wait until the vendor has answered.")
  var wait = false

  @Option(help: ArgumentHelp("With --wait: for so many seconds at most.", valueName: "seconds"))
  var within = 600

  @OptionGroup var options: GlobalOptions

  private static let longest = 16 << 20

  func validate() throws {
    guard (1...86_400).contains(within) else { throw ValidationError("--within: 1 to 86400.") }
  }

  func run() async throws {
    try await options.perform {
      let locks = try locks()
      let reader = try options.reading()
      let known = Dictionary(
        try await reader.locks().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      try reader.close()
      let fresh = locks.filter { lock in
        known[lock.id].map { $0.uuid != lock.uuid.lowercased() || $0.serial != lock.serial } ?? true
      }
      let passedOver = locks.count - fresh.count
      guard !dryRun else {
        OutboxListCommand.show(
          fresh.map { OutboxLine(OutboxEntry(planned: .createLock($0))) }, json: options.json, planned: true)
        tell(fresh.count, passedOver, "would be added")
        return .done
      }
      let owed = OwedEntries(options: options)
      let lines = try await owed.owe(fresh.map { .createLock($0) })
      guard wait, !lines.isEmpty else {
        OutboxListCommand.show(lines, json: options.json)
        tell(fresh.count, passedOver, "added")
        return .done
      }
      let rest = try await owed.follow(lines, within: .seconds(within))
      OutboxListCommand.show(rest.lines, json: options.json)
      if !options.json { print(rest.sentence) }
      return rest.status
    }
  }

  private func locks() throws -> [Lock] {
    let text = try read()
    do throws(Fault) { return try LockList(text).locks } catch {
      if !options.json {
        for (name, problem) in error.values.sorted(by: { $0.key < $1.key }) where name.hasPrefix("problem") {
          options.complain("\(PrintableText.of(file, limit: 100)): \(PrintableText.of(problem, limit: 200))")
        }
      }
      throw error
    }
  }

  private func tell(_ fresh: Int, _ passedOver: Int, _ word: String) {
    guard !options.json else { return }
    print("\(fresh) \(word), \(passedOver) known already.")
  }

  private func read() throws -> String {
    let shown = PrintableText.of(file, limit: 200)
    guard let content = FileManager.default.contents(atPath: file) else {
      throw CommandError(.badData, code: "file-unreadable", "\(shown) cannot be read.")
    }
    guard content.count <= Self.longest, let text = String(data: content, encoding: .utf8) else {
      throw CommandError(
        .badData, code: "file-unreadable", "\(shown) is not UTF-8 text of at most 16 MiB.")
    }
    return text
  }
}
