import Foundation

/// `credential_process`: a program that prints credentials as JSON, version 1.
enum CredentialProcess {
  private struct Output: Decodable {
    var version: Int
    var accessKeyID: String
    var secretAccessKey: String
    var sessionToken: String?
    var expiration: String?

    private enum CodingKeys: String, CodingKey {
      case version = "Version"
      case accessKeyID = "AccessKeyId"
      case secretAccessKey = "SecretAccessKey"
      case sessionToken = "SessionToken"
      case expiration = "Expiration"
    }
  }

  /// - Throws: `credentials-missing` with the cause; never with a word of the output.
  static func run(_ commandLine: String, profile: String, output: CommandOutput, now: Timestamp)
    async throws(Fault)
    -> AWSCredentials
  {
    func missing(_ cause: String) -> Fault { self.missing(cause, profile: profile) }
    guard let words = CommandLineWords.split(commandLine), !words.isEmpty else {
      throw missing("its command line has an open quote or no word")
    }
    let text: String
    do { text = try await output.run(words) } catch { throw missing(error.cause) }
    return try credentials(in: text, profile: profile, now: now)
  }

  /// What such a program has printed.
  ///
  /// - Throws: as `run`.
  static func credentials(in text: String, profile: String, now: Timestamp) throws(Fault) -> AWSCredentials {
    func missing(_ cause: String) -> Fault { self.missing(cause, profile: profile) }
    // A decoding error may quote what it read; the cause must not.
    guard let parsed = try? JSONDecoder().decode(Output.self, from: Data(text.utf8)) else {
      throw missing("its output is not the JSON that the AWS tools agree on")
    }
    guard parsed.version == 1 else { throw missing("its output has version \(parsed.version), not 1") }
    guard !parsed.accessKeyID.isEmpty, !parsed.secretAccessKey.isEmpty else { throw missing("an empty key") }
    var expiration: Timestamp?
    if let text = parsed.expiration {
      guard let moment = moment(text) else { throw missing("its Expiration is not an ISO 8601 time") }
      guard moment > now else {
        throw Fault(
          .credentialsRefused,
          [
            "lane": "aws",
            "cause": "credential_process of profile \(profile) gave credentials that ended \(moment)",
          ])
      }
      expiration = moment
    }
    return AWSCredentials(
      accessKeyID: parsed.accessKeyID, secretAccessKey: parsed.secretAccessKey,
      sessionToken: parsed.sessionToken.flatMap { $0.isEmpty ? nil : $0 }, expiration: expiration,
      source: "credential_process of profile \(profile)")
  }

  private static func missing(_ cause: String, profile: String) -> Fault {
    Fault(
      .credentialsMissing, ["lane": "aws", "cause": "credential_process of profile \(profile): \(cause)"])
  }

  static func moment(_ text: String) -> Timestamp? {
    let plain = Date.ISO8601FormatStyle()
    let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return ((try? plain.parse(text)) ?? (try? fractional.parse(text))).map { Timestamp($0) }
  }
}
