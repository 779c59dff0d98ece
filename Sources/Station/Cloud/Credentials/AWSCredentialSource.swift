import Foundation

/// Where the AWS tools would find credentials: the environment, then the profile's keys in the credentials file, then a
/// program, then keys in the config file.
enum AWSCredentialSource: Sendable {
  case ready(AWSCredentials)
  case process(commandLine: String, profile: String)

  /// - Parameter profile: from the settings; it then wins over the environment.
  static func find(profile: String?, environment: [String: String]) throws(Fault) -> AWSCredentialSource {
    if profile == nil, let found = fromEnvironment(environment) { return .ready(found) }
    let name = profile ?? environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? "default"
    let home = environment["HOME"] ?? NSHomeDirectory()
    let credentialsPath = path(environment["AWS_SHARED_CREDENTIALS_FILE"], else: "credentials", home: home)
    let configPath = path(environment["AWS_CONFIG_FILE"], else: "config", home: home)

    let (credentialsFile, _) = try file(credentialsPath, prefixed: false, mustBePrivate: true)
    let shared = credentialsFile?.sections[name] ?? [:]
    if let found = keys(shared, source: "profile \(name) of \(credentialsPath)") { return .ready(found) }
    let (configFile, configIsPrivate) = try file(configPath, prefixed: true, mustBePrivate: false)
    let config = configFile?.sections[name] ?? [:]
    if let commandLine = shared["credential_process"] ?? config["credential_process"] {
      return .process(commandLine: commandLine, profile: name)
    }
    if let found = keys(config, source: "profile \(name) of \(configPath)") {
      guard configIsPrivate else {
        throw missing("\(configPath) holds a secret: only its owner may read it (chmod 600)")
      }
      return .ready(found)
    }
    throw missing(
      "no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and no keys or credential_process for profile \(name) in \(credentialsPath) and \(configPath)"
    )
  }

  private static func fromEnvironment(_ environment: [String: String]) -> AWSCredentials? {
    guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"],
      !id.isEmpty, !secret.isEmpty
    else { return nil }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret,
      sessionToken: environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }, source: "environment")
  }

  private static func keys(_ section: [String: String], source: String) -> AWSCredentials? {
    guard let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"], !id.isEmpty,
      !secret.isEmpty
    else { return nil }
    return AWSCredentials(
      accessKeyID: id, secretAccessKey: secret,
      sessionToken: section["aws_session_token"].flatMap { $0.isEmpty ? nil : $0 }, source: source)
  }

  private static func path(_ named: String?, else name: String, home: String) -> String {
    guard let named, !named.isEmpty else { return "\(home)/.aws/\(name)" }
    return named.hasPrefix("~/") ? home + named.dropFirst() : named
  }

  private static func file(_ path: String, prefixed: Bool, mustBePrivate: Bool) throws(Fault)
    -> (AWSProfileFile?, Bool)
  {
    do throws(PrivateTextFile.Trouble) {
      let read = try PrivateTextFile.read(path)
      guard read.isPrivate || !mustBePrivate else { throw .exposed(mode: read.mode) }
      return (AWSProfileFile(read.text, prefixed: prefixed), read.isPrivate)
    } catch {
      if error == .missing { return (nil, true) }
      throw missing(error.cause(path))
    }
  }

  private static func missing(_ cause: String) -> Fault {
    Fault(.credentialsMissing, ["lane": "aws", "cause": cause])
  }
}
