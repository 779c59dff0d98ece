import ArgumentParser
import Foundation

struct SealCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "The signed seal over the record: the key, the newest seal, a new one.",
    discussion: """
      The station seals its record when a batch is closed, when a shift ends, when it stops, and every so many rows. A
      checkpoint that is kept in another place proves later that nothing before it was altered or cut off.

      Examples:
        station seal key                      give this to whoever is to check seals, by another way than the ledger
        station seal show > checkpoint.txt    keep this elsewhere; station ledger verify --against checkpoint.txt
        station seal now
      """,
    subcommands: [SealKeyCommand.self, SealShowCommand.self, SealNowCommand.self])
}

struct SealKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Print the station's verifier key; makes the signing key where there is none.",
    discussion: """
      The verifier key is public. The signing key stays in its file (settings, `seal.key`; else beside the ledger), mode
      0600. Back it up: with a new key, seals have a new name to be trusted.

      Examples:
        station seal key
        station seal key --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let key: VerifierKey
      if let ledger = options.ledger {
        let reader = try options.reading()
        let station = try await reader.lastRow()?.station ?? "station"
        try reader.close()
        key = try SealKey.open(SealKey.path(besides: ledger), station: station).verifier
      } else {
        key = try Sealer(try options.loadSettings()).key.verifier
      }
      print(options.json ? JSONLine.text(["key": key.description]) : key.description)
      return .done
    }
  }
}

struct SealShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the newest checkpoint, a C2SP signed note.",
    discussion: """
      Examples:
        station seal show > checkpoint.txt
        station seal show --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform { try await Self.show(options) }
  }

  static func show(_ options: GlobalOptions) async throws -> ExitStatus {
    guard let (row, seal) = try await options.reading().newestSeal() else {
      throw CommandError(
        .badData, code: "seal-missing", "There is no seal yet.", hint: "`station seal now` makes one.")
    }
    if options.json {
      print(
        JSONLine.text(
          SealLine(
            row: row.sequence, time: row.time, reason: seal.reason, key: seal.key, checkpoint: seal.checkpoint
          )))
    } else {
      print(seal.checkpoint, terminator: "")
    }
    return .done
  }
}

/// What `seal show --json` prints. The keys are stable.
struct SealLine: Codable {
  var row: Int64
  var time: Timestamp
  var reason: LedgerSeal.Reason
  var key: String
  var checkpoint: String
}

struct SealNowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "now", abstract: "Seal every row that is written by now, and print the checkpoint.",
    discussion: """
      With a running station it is done through its Door.

      Examples:
        station seal now > checkpoint.txt
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      if try await options.throughDoor(DoorRequest(.seal, actor: options.actor)) == nil {
        let ledger = try await options.writing()
        defer { try? ledger.close() }
        try await ledger.seal(.hand)
      }
      return try await SealShowCommand.show(options)
    }
  }
}
