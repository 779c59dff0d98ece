import ArgumentParser
import CertForge
import Foundation

struct CAShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the issuing CA's certificate, and whether its key opens.",
    discussion: """
      Examples:
        station ca show
        station ca show --certificate ca.pem --json
      """)

  @Option(help: ArgumentHelp("A certificate to show, instead of the settings' issuer.", valueName: "file"))
  var certificate: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = certificate == nil ? try options.loadSettings() : nil
      let path = try certificate ?? settings?.issuingAuthority().certificate ?? ""
      let story: CertificateStory
      do throws(CertForgeError) {
        let shown = try CertificateFile.read(path)
        if let issuer = settings?.issuer.authority { _ = try IssuerFiles.open(issuer) }
        story = CertificateStory(shown)
      } catch { throw CommandError(error) }
      if options.json {
        print(JSONLine.text(story))
      } else {
        for line in story.lines { print(line) }
        if settings != nil { print("key          opens and is this certificate's") }
      }
      return .done
    }
  }
}
