import CertForge
import Foundation

/// An authority, a key and the files that the judges read. All times are fixed: nothing here depends on today.
final class Bench {
  static let start = Date(timeIntervalSince1970: 1_735_689_600)  // 2025-01-01T00:00:00Z
  static let now = Date(timeIntervalSince1970: 1_767_225_600)  // 2026-01-01T00:00:00Z
  static let commonName = "90799d3e-b623-5a59-b2aa-e7df099f5daa"
  static let serialNumber = "SPK00000001"

  let scratch: Scratch
  let authority: IssuingAuthority
  var keyFile: String { scratch.path("ca.key") }
  var certificateFile: String { scratch.path("ca.pem") }

  init(end: Date = IssuingAuthority.usualEnd) throws {
    scratch = try Scratch()
    authority = try IssuingAuthority.create(
      subject: "Factory Issuing CA", organisation: "Example, Ltd. = \"quoted\"", notBefore: Self.start,
      notAfter: end,
      keyFile: scratch.path("ca.key"), certificateFile: scratch.path("ca.pem"), passphrase: Self.passphrase())
  }

  static func passphrase(_ text: String = "correct horse battery") throws -> Passphrase {
    try Array(text.utf8).withUnsafeBytes { try Passphrase(copying: $0) }
  }

  /// A request by a key that is gone afterwards.
  static func request(
    commonName: String = commonName, serialNumber: String = serialNumber
  ) throws -> SigningRequest {
    try PrivateKey.generate().signingRequest(commonName: commonName, serialNumber: serialNumber)
  }

  func issue(_ request: SigningRequest, now: Date = now, notAfter: Date = IssuingAuthority.usualEnd) throws
    -> Certificate
  {
    try authority.issue(
      request, commonName: Self.commonName, serialNumber: Self.serialNumber, now: now, notAfter: notAfter)
  }

  /// Writes request and leaf as files and lets python's cryptography read them.
  func judge(_ request: SigningRequest, _ leaf: Certificate) throws -> PythonJudge {
    try PythonJudge.read(
      request: scratch.write(request.pem, to: "request.pem"), leaf: scratch.write(leaf.pem, to: "leaf.pem"),
      authority: certificateFile)
  }
}

/// The code of the `CertForgeError` that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> CertForgeError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? CertForgeError)?.code
  }
}
