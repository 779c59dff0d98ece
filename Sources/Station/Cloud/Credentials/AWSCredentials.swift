import CertForge

/// One set of AWS credentials. Its descriptions show the end of the key id and the source, never a secret.
struct AWSCredentials: Hashable, Sendable {
  var accessKeyID: String
  var secretAccessKey: String
  var sessionToken: String?
  /// Nil: they do not expire by themselves.
  var expiration: Timestamp?
  /// Where they came from, in words: `environment`, `profile factory of /home/…/credentials`.
  var source: String

  /// The last four characters of the key id.
  var keySuffix: String { String(accessKeyID.suffix(4)) }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var description: String {
    "key …\(keySuffix) from \(source)" + (expiration.map { ", until \($0)" } ?? "")
  }

  var debugDescription: String { description }

  /// `dump` and string interpolation of a value that holds this one must not show the secret either.
  var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
