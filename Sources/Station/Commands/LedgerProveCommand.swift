import ArgumentParser
import Foundation

/// What `ledger prove --check --json` prints. The keys are stable.
struct ProofVerdict: Codable {
  var good: Bool
  var serial: String?
  var rows: Int
  var key: String?
  var problem: String?
}

struct LedgerProveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Prove that one hub's rows are in the sealed record; check such a proof.",
    discussion: """
      Prints a proof that whoever has the station's verifier key can check without the ledger. It holds all sealed rows
      of that hub, and nothing of any other. Exit status of --check: 0 or 1.

      Examples:
        station ledger prove SPK00000001 > SPK00000001.proof.json
        station ledger prove --check SPK00000001.proof.json --key "station/line-1+9c5d2a10+AbC…"
      """)

  @Argument(help: "A serial number, or a hub's UUID.")
  var serial: String?

  @Option(help: ArgumentHelp("Check this proof; needs no ledger.", valueName: "file"))
  var check: String?

  @Option(help: ArgumentHelp("The verifier key that is trusted, or a file with it.", valueName: "key"))
  var key: [String] = []

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (serial == nil) != (check == nil) else { throw ValidationError("Name a hub, or --check FILE.") }
  }

  func run() async throws {
    try await options.perform {
      if let check { return try verify(check) }
      let reader = try options.reading()
      let units = try await reader.units(matching: serial ?? "")
      guard units.count == 1, let unit = units.first else {
        throw CommandError(
          .badData, code: "unit-unknown",
          units.isEmpty
            ? "No hub \(PrintableText.of(serial ?? "", limit: 80)) is in this ledger."
            : "\(units.count) hubs have that serial.",
          hint: units.isEmpty ? "`station units --text` looks for a part of it." : "Name its UUID.")
      }
      do {
        print(JSONLine.text(try await reader.proof(of: unit)))
      } catch let fault as Fault where fault.code == .sealFailed {
        let cause = PrintableText.of(fault.values["cause"] ?? "nothing is sealed", limit: 200)
        throw CommandError(
          ExitStatus(fault), code: fault.code.rawValue,
          "No proof of \(PrintableText.of(unit.serial.text, limit: 80)): \(cause).")
      }
      return .done
    }
  }

  private func verify(_ path: String) throws -> ExitStatus {
    let trusted = try key.map { try SealInput.key($0) }
    let text = try SealInput.contents(path, limit: UnitProof.longest)
    var verdict = ProofVerdict(good: false, rows: 0)
    do {
      let proof = try JSONDecoder().decode(UnitProof.self, from: Data(text.utf8))
      verdict = ProofVerdict(
        good: false, serial: proof.serial, rows: proof.rows.count, key: proof.key,
        problem: proof.problem(trusted: trusted))
    } catch { verdict.problem = "it is no proof" }
    verdict.good = verdict.problem == nil
    if options.json {
      print(JSONLine.text(verdict))
    } else if let problem = verdict.problem {
      print("Not proven: \(PrintableText.of(problem, limit: 300)).")
    } else {
      print(
        "\(verdict.rows) rows of \(PrintableText.of(verdict.serial ?? "", limit: 80)) are in the record that")
      print("\(PrintableText.of(verdict.key ?? "", limit: 300)) sealed.")
      if trusted.isEmpty { print("That key was not compared with one from elsewhere (--key).") }
    }
    return verdict.good ? .done : .notVerified
  }
}
