import ArgumentParser
import CertForge
import Foundation

struct LedgerVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove that every row is what was written: chain, seals, tables, and the projections.",
    discussion: """
      Works beside a running station. Exit status 0 when all is good, 1 when anything is not what was written, with the
      first such row.

      What it can prove depends on what you hold in another place. Alone, it finds every change by somebody without the
      station's sealing key. With --key (`station seal key`, kept elsewhere) it finds seals made with another key. With
      --against (a checkpoint kept elsewhere: the vendor's, the auditor's, last month's) it finds rows that were cut off
      or rewritten by somebody who has the key too, up to that checkpoint.

      Examples:
        station ledger verify
        station ledger verify --ledger copy.sqlite --json
        station ledger verify --against checkpoint.txt --key "station/line-1+9c5d2a10+AbC…"
      """)

  @Option(help: ArgumentHelp("A checkpoint kept elsewhere; may be given more than once.", valueName: "file"))
  var against: [String] = []

  @Option(
    help: ArgumentHelp(
      "Believe seals of this verifier key only: the key, or a file with it.", valueName: "key"))
  var key: [String] = []

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      do { return try await verify() } catch let fault as Fault where fault.code == .ledgerCorrupt {
        // So damaged that it cannot be opened: not what was written, whatever it was.
        options.report(CommandError(fault), fault.values)
        return .notVerified
      }
    }
  }

  private func verify() async throws -> ExitStatus {
    let trusted = try key.map { try SealInput.key($0) }
    let checkpoints = try against.map { try SealInput.checkpoint($0, trusted: trusted) }
    let reader = try options.reading()
    let progress = ProgressLine(quiet: options.json)
    // For the progress alone: a damaged end must not stand before the first bad row.
    let last = (try? await reader.lastSequence()) ?? 0
    let seals = SealVerification(trusted: trusted, against: checkpoints)
    let chain = try reader.chain(seals) { rows in progress.show("\(rows) of \(last) rows") }
    progress.show("tables and indexes")
    var tables = TableVerification()
    do throws(Fault) { tables = try await reader.verifyTables() } catch { try tables.add(error) }
    progress.show("projections")
    var projections: ProjectionComparison?
    // Rows that are not what was written cannot be read for certain.
    if chain.firstBreak == nil {
      do throws(Fault) { projections = try await reader.compareProjections() } catch { try tables.add(error) }
    }
    progress.clear()
    let verdict = LedgerVerdict(
      ledger: reader.path, chain, tables, projections, isKeyTrusted: !trusted.isEmpty,
      isMerged: (try? await reader.isMerged()) ?? false)
    if options.json { print(JSONLine.text(verdict)) } else { for line in verdict.lines { print(line) } }
    return verdict.good ? .done : .notVerified
  }
}
