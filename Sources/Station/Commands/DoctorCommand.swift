import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check settings and machine before the shift; name what must be mended.",
    discussion: """
      Changes nothing; asks both clouds, unless --offline. Exit status 78 when anything would stop the line.

      Examples:
        station doctor
        station doctor --offline --json
      """)

  @Flag(help: "Ask no cloud.")
  var offline = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      var findings = await Doctor(settings: settings, clock: SystemClock()).examine()
      if !offline { findings += await CloudDoctor.examine(settings) }
      for finding in findings {
        if options.json {
          print(JSONLine.text(finding))
        } else {
          print(
            "\(TextColumns.fit(finding.verdict.rawValue, to: 5)) \(TextColumns.fit(finding.subject, to: 14)) \(finding.text)"
          )
        }
      }
      return findings.contains { $0.verdict == .bad } ? .settings : .done
    }
  }
}
