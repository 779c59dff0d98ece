import CertForge

/// To whom an export is encrypted.
enum ExportRecipients {
  /// - Throws: `pemMalformed`, `certificateMalformed`, `recipientRefused`, naming the file.
  static func read(_ files: [String]) throws -> [Certificate] {
    try files.map { file in
      let pem = try SealInput.contents(file, limit: 1 << 20)
      let shown = PrintableText.of(file, limit: 200)
      let certificate: Certificate
      do throws(CertForgeError) { certificate = try Certificate(pem: pem) } catch {
        throw CommandError(
          .badData, code: error.code.rawValue, "\(shown) is not one X.509 certificate in PEM.", hint: hint)
      }
      do throws(CertForgeError) { try Envelope.check(certificate) } catch {
        throw CommandError(
          .badData, code: error.code.rawValue,
          "Nothing can be encrypted to the key of the certificate in \(shown).", hint: hint)
      }
      return certificate
    }
  }

  private static let hint = """
    Name a certificate with an RSA or an EC key; Ed25519 and RSA-PSS only sign. Nothing was handed over.
    """
}
