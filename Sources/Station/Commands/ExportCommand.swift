import ArgumentParser

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Hand a closed batch over: data, manifest, signature, proofs.",
    discussion: """
      An export is a numbered revision of its batch, pinned to a row of the record: made again, it has the very same
      bytes. What happens to its units later makes the next revision, with a list of what is otherwise.

      Profiles: csv, excel, jsonl, aws-bulk, mac-list, certificates, wats, cfx, and those of the settings (`exports`).
      wats: each ended attempt of the batch's finished units as a report in the WATS Standard JSON Format. cfx: the same
      attempts as messages of IPC-CFX, one envelope a line, as a file for whoever reads it; nothing is sent.

      Examples:
        station export WO-17 --profile csv
        station export WO-17 --profile csv --revision 1 --to /mnt/stick
        station export WO-17 --profile jsonl --allow-unregistered --reason "vendor registers them"
        station export WO-17 --profile csv --encrypt-to vendor.pem
        station export WO-17 --profile wats
        station export verify WO-17-r1-csv --key station-key.txt
        station export list WO-17
      """,
    subcommands: [ExportMakeCommand.self, ExportVerifyCommand.self, ExportListCommand.self],
    defaultSubcommand: ExportMakeCommand.self)
}
