import Foundation
import Glibc

/// Where the keys of a simulated cloud were written, for a station to read as it reads real ones.
struct CloudCredentialFiles: Hashable, Sendable, Codable {
  /// In the form of `~/.aws/credentials`, profile `default`.
  var awsCredentials: String
  /// In the form of `~/.aws/config`, profile `default`.
  var awsConfig: String
  var apiKey: String
  var bearer: String

  static func write(_ account: SimulatedAccount, to folder: String) throws -> CloudCredentialFiles {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let files = CloudCredentialFiles(
      awsCredentials: "\(folder)/aws-credentials", awsConfig: "\(folder)/aws-config",
      apiKey: "\(folder)/vendor-api-key", bearer: "\(folder)/vendor-bearer")
    try write(
      "[default]\naws_access_key_id = \(account.accessKeyID)\naws_secret_access_key = \(account.secretAccessKey)\n"
        + (account.sessionToken.map { "aws_session_token = \($0)\n" } ?? ""),
      to: files.awsCredentials)
    try write("[default]\nregion = \(account.region)\n", to: files.awsConfig)
    try write("\(account.apiKey)\n", to: files.apiKey)
    try write("\(account.bearer)\n", to: files.bearer)
    return files
  }

  /// Beside its place, closed to others before the first byte, and moved there in one step: a station that reads while
  /// a key is rotated gets the old one or the new one.
  private static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw SimulatedCloudError.stateRefused(path: temporary, call: "open", errno: errno)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
    guard rename(temporary, path) == 0 else {
      throw SimulatedCloudError.stateRefused(path: path, call: "rename", errno: errno)
    }
  }
}
