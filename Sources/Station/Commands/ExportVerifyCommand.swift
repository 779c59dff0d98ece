import ArgumentParser

/// What `export verify --json` prints. The keys are stable.
struct ExportVerdict: Codable {
  var good: Bool
  var batch: String?
  var revision: Int?
  var rows: Int?
  var key: String?
  var keyCompared: Bool
  var problems: [String]
}

struct ExportVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check an export's folder; needs no ledger and no settings.",
    discussion: """
      Looks at the signature over the manifest, every file's digest, the sums, the checkpoint, and the proof of every
      unit. Exit status 0 when all is good, 1 otherwise, 65 for what is no folder. Without --key it is checked against the key in the folder, which
      says only that all of it is of one hand. A tar is unpacked first (tar -xf), an encrypted one decrypted before that:
        openssl cms -decrypt -inform DER -binary -in X.tar.cms -inkey KEY -out X.tar

      Without this program: sha256sum -c SHA256SUMS, and
        openssl pkeyutl -verify -rawin -pubin -inkey verifier-key.pem -in manifest.json -sigfile manifest.json.sig

      Examples:
        station export verify WO-17-r1-csv
        station export verify WO-17-r1-csv --key station-key.txt --json
      """)

  @Argument(help: "The folder.")
  var folder: String

  @Option(help: ArgumentHelp("The verifier key that is trusted, or a file with it.", valueName: "key"))
  var key: [String] = []

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      try ExportInput.checkExport(folder)
      let trusted = try key.map { try SealInput.key($0) }
      let found = ExportVerification(folder, trusted: trusted)
      let verdict = ExportVerdict(
        good: found.problems.isEmpty, batch: found.manifest?.batch, revision: found.manifest?.revision,
        rows: found.manifest?.rows, key: found.key?.description, keyCompared: !trusted.isEmpty,
        problems: found.problems)
      if options.json {
        print(JSONLine.text(verdict))
      } else if verdict.good {
        print(
          "Revision \(verdict.revision ?? 0) of \(verdict.batch ?? ""): \(verdict.rows ?? 0) units, all is good."
        )
        print("Signed with \(PrintableText.of(verdict.key ?? "", limit: 300))")
        if trusted.isEmpty { print("That key was not compared with one from elsewhere (--key).") }
      } else {
        for problem in verdict.problems { print(PrintableText.of(problem, limit: 300)) }
      }
      return verdict.good ? .done : .notVerified
    }
  }
}
