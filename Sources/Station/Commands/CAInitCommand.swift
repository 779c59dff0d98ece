import ArgumentParser
import CertForge
import Foundation

struct CAInitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a new issuing CA (EC P-256): an encrypted key and a certificate.",
    discussion: """
      Nothing is overwritten. The passphrase is read from a file that only its owner may read, or from a systemd
      credential; never from the command line. The certificate must then be registered with the vendor's AWS account;
      the key never leaves this machine, so keep a copy of it and of its passphrase in a safe.

      Examples:
        station ca init --name "Example issuing CA 1" --passphrase-file /run/secrets/ca --dry-run
        station ca init --name "Example issuing CA 1" --certificate ca.pem --key ca.key --passphrase-file pass
      """)

  @Option(help: "The CA's common name: 1 to 64 characters.")
  var name: String

  @Option(help: "The CA's organisation.")
  var organisation: String?

  @Option(
    help: ArgumentHelp(
      "Where the certificate goes; else the settings' issuer.certificate.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("Where the key goes; else the settings' issuer.key.", valueName: "file"))
  var key: String?

  @Option(help: "For how many years it is valid.")
  var years = 25

  @Option(help: ArgumentHelp("A file of mode 0600 whose first line is the passphrase.", valueName: "file"))
  var passphraseFile: String?

  @Option(help: ArgumentHelp("A systemd credential that holds the passphrase.", valueName: "name"))
  var passphraseCredential: String?

  @Flag(help: "Only show what would be made.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (passphraseFile == nil) != (passphraseCredential == nil) else {
      throw ValidationError("Name --passphrase-file or --passphrase-credential.")
    }
    guard (1...100).contains(years) else { throw ValidationError("--years: 1 to 100.") }
    guard (1...64).contains(name.count) else { throw ValidationError("--name: 1 to 64 characters.") }
  }

  func run() async throws {
    try await options.perform {
      let (certificate, key) = try places()
      let now = SystemClock().now().date
      guard let end = Calendar(identifier: .gregorian).date(byAdding: .year, value: years, to: now) else {
        throw CommandError(.usage, code: "years", "--years gives no date.")
      }
      if !options.json {
        print(
          "subject      \(PrintableText.of(name, limit: 64))"
            + (organisation.map { ", \(PrintableText.of($0, limit: 64))" } ?? ""))
        print("not after    \(Timestamp(end))")
        print("certificate  \(certificate)")
        print("key          \(key) (EC P-256, encrypted, mode 0600)")
      }
      for file in [certificate, key] where FileManager.default.fileExists(atPath: file) {
        throw CommandError(
          .cannotCreate, code: "file-exists", "\(PrintableText.of(file, limit: 200)) is there already.",
          hint: "Nothing is overwritten: choose another path, or move it away.")
      }
      if dryRun {
        print(options.json ? JSONLine.text(["dryRun": true]) : "Nothing was made (--dry-run).")
        return .done
      }
      do throws(CertForgeError) {
        let authority = try IssuingAuthority.create(
          subject: name, organisation: organisation,
          notBefore: now.addingTimeInterval(-IssuingAuthority.backDating),
          notAfter: end, keyFile: key, certificateFile: certificate, passphrase: passphrase())
        print(
          options.json
            ? JSONLine.text(CertificateStory(authority.certificate))
            : "Made. sha256 \(authority.certificate.fingerprint)")
      } catch { throw CommandError(error) }
      return .done
    }
  }

  private func passphrase() throws(CertForgeError) -> Passphrase {
    if let passphraseFile { return try Passphrase(file: passphraseFile) }
    return try Passphrase(credential: passphraseCredential ?? "")
  }

  private func places() throws -> (certificate: String, key: String) {
    if let certificate, let key { return (certificate, key) }
    let issuer = try options.loadSettings().issuingAuthority()
    guard issuer.key.hasPrefix("file:/") || key != nil else {
      throw CommandError(
        .usage, code: "key-place", "The settings' issuer.key is no file.",
        hint: "Make the key with the tools of its token, or name --key FILE.")
    }
    let file = String(issuer.key.dropFirst("file:".count))
    // file:///path and file:/path are the same (RFC 8089).
    return (
      certificate ?? issuer.certificate, key ?? (file.hasPrefix("///") ? String(file.dropFirst(2)) : file)
    )
  }
}
