import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check settings and machine before the shift; name what must be mended.",
    discussion: """
      Looks and changes nothing; calls no cloud. Exit status 78 when anything would stop the line.

      Examples:
        station doctor
        station doctor --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      let findings = await Doctor(settings: settings, clock: SystemClock()).examine()
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
