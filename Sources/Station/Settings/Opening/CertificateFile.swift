import CertForge
import Foundation

/// Certificates that the settings name by their files.
enum CertificateFile {
  /// The one PEM certificate of a file of at most 64 KiB.
  static func read(_ path: String) throws(CertForgeError) -> Certificate { try Certificate(pem: text(path)) }

  static func text(_ path: String) throws(CertForgeError) -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CertForgeError(
        .fileFailed, values: ["file": path], cause: "it is not there or may not be read",
        hint: "check the path in the settings and the file's permissions")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Certificate.largestEncoding + 1),
      data.count <= Certificate.largestEncoding
    else {
      throw CertForgeError(.certificateTooLarge, values: ["file": path])
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CertForgeError(.certificateMalformed, values: ["file": path], cause: "it is not text")
    }
    return text
  }
}
