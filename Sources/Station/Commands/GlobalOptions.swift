import ArgumentParser
import CertForge
import Foundation

/// What every verb takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The settings file.",
      discussion: "Else $STATION_SETTINGS, ~/.config/station/station.yaml, /etc/station/station.yaml.",
      valueName: "file"))
  var settings: String?

  @Option(help: ArgumentHelp("The ledger, instead of the one that the settings name.", valueName: "file"))
  var ledger: String?

  @Flag(help: "Print JSON: one object per line, stable keys.")
  var json = false

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("Who does this, for the record; else the name of the user.", valueName: "badge"))
  var badge: String?

  @Flag(help: "Print codes and values of faults too.")
  var verbose = false

  func validate() throws {
    if let badge,
      badge.isEmpty || badge.utf8.count > 64 || !badge.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    {
      throw ValidationError("--as: a badge is 1 to 64 printable characters without spaces.")
    }
  }
}

extension GlobalOptions {
  /// Runs a verb's work and turns its errors into text on standard error and an exit status.
  func perform(_ work: () async throws -> ExitStatus) async throws {
    let status: ExitStatus
    do {
      status = try await work()
    } catch let error as CommandError {
      report(error)
      status = error.status
    } catch let fault as Fault {
      report(CommandError(fault), fault.values)
      status = ExitStatus(fault)
    } catch let problems as SettingsProblems {
      report(problems)
      status = .settings
    } catch let error as DoorError {
      let error = CommandError(error)
      report(error)
      status = error.status
    } catch let error as CertForgeError {
      let error = CommandError(error)
      report(error)
      status = error.status
    }
    if status != .done { throw ExitCode(status.rawValue) }
  }

  /// Who acts: into every row that a person's verb writes.
  var actor: String { badge ?? String(NSUserName().filter { $0.isASCII && !$0.isWhitespace }.prefix(64)) }

  var settingsFile: String {
    settings
      ?? SettingsLocation.find(environment: ProcessInfo.processInfo.environment) {
        FileManager.default.fileExists(atPath: $0)
      }
  }

  func loadSettings() throws(SettingsProblems) -> StationSettings { try Settings.load(path: settingsFile) }

  /// The ledger that is named, or the settings' own.
  func ledgerPath() throws(SettingsProblems) -> String {
    if let ledger { return ledger }
    return try loadSettings().ledger
  }

  /// For verbs that only read.
  func reading() throws -> LedgerReader {
    let path = try ledgerPath()
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandError(
        .badData, code: "ledger-missing", "There is no ledger at \(PrintableText.of(path, limit: 200)).",
        hint: "Name it with --ledger FILE; `station run` makes one.")
    }
    return try Ledger.reading(path: path)
  }

  /// For verbs that write while no station runs. Takes the ledger's lock.
  func writing() async throws -> Ledger {
    let path = try ledgerPath()
    let reader = try reading()
    let last = try await reader.lastRow()
    try reader.close()
    let settings = ledger == nil ? try loadSettings() : nil
    return try Ledger.open(
      path: path, station: settings?.station ?? last?.station ?? "station", clock: SystemClock(),
      versions: StationStart(version: StationVersion.text, settings: settings?.origin.digest ?? "defaults"),
      sealer: try sealer(settings, ledger: path, station: settings?.station ?? last?.station ?? "station"))
  }

  /// The key that seals and signs for the ledger.
  func sealKey() async throws -> SealKey {
    let path = try ledgerPath()
    if ledger == nil { return try Sealer(try loadSettings()).key }
    let reader = try reading()
    defer { try? reader.close() }
    try reader.readNow { try MergedLedger.refuse($0, path: path) }
    let key = SealKey.path(besides: path)
    guard FileManager.default.fileExists(atPath: key) else {
      throw Fault(.sealFailed, ["cause": "there is no key at \(key)"])
    }
    return try SealKey.open(
      key, station: try await reader.lastRow()?.station ?? "station")
  }

  /// The key of the settings' station, made where there is none; of a ledger that is only named, the key beside it.
  private func sealer(_ settings: StationSettings?, ledger: String, station: String) throws -> Sealer? {
    if let settings { return try Sealer(settings) }
    let path = SealKey.path(besides: ledger)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return Sealer(key: try SealKey.open(path, station: station))
  }

  /// Has the running station do it.
  ///
  /// - Returns: nil when none runs on this ledger: the verb then takes the lock and does it itself.
  func throughDoor(_ request: DoorRequest, within limit: Duration = .seconds(30)) async throws -> DoorAnswer?
  {
    let answer: DoorAnswer
    let path = try ledgerPath()
    do throws(DoorError) { answer = try await DoorClient(ledger: path).ask(request, within: limit) } catch {
      if case .nobody = error { return nil }
      throw error
    }
    if let fault = answer.fault { throw fault }
    return answer
  }

  // MARK: Standard error

  func report(_ error: CommandError, _ values: [String: String] = [:]) {
    if json {
      var fields = ["code": error.code, "sentence": error.sentence]
      fields["hint"] = error.hint
      complain(JSONLine.text(["error": fields]))
      return
    }
    complain("station: \(error.sentence)" + (error.hint.map { " \($0)" } ?? ""))
    guard verbose else { return }
    complain("  code: \(error.code)")
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      complain("  \(name): \(PrintableText.of(value, limit: 400))")
    }
  }

  func report(_ problems: SettingsProblems) {
    if json {
      for problem in problems.problems { complain(JSONLine.text(problem)) }
      return
    }
    for problem in problems.problems { complain(problem.text) }
    let count = problems.problems.count
    complain(
      "station: \(count) wrong \(count == 1 ? "value" : "values") in the settings; nothing was started.")
  }

  func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
