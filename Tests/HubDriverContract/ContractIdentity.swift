import Foundation
import SerialFlasher

/// A key and a certificate made by the openssl program, which is no part of ours.
struct ContractIdentity {
  let key: [UInt8]
  let certificate: [UInt8]

  init() throws {
    key = try Self.openssl(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    certificate = try Self.openssl(
      ["req", "-x509", "-new", "-key", "/dev/stdin", "-days", "2", "-subj", "/CN=contract"], input: key)
  }

  /// What a delivery consists of: the key closed to others, the certificate open to all.
  var files: [HubFile] {
    let secret = key.withUnsafeBytes { SecretBytes(copying: $0) }
    return [
      HubFile(path: "private.key", mode: 0o600, content: .secret(secret)),
      HubFile(path: "certificate.pem", mode: 0o644, content: .plain(certificate)),
    ]
  }

  /// Whether `signature` over `message` was made by the key of `certificate`.
  static func verify(_ signature: [UInt8], _ message: [UInt8], certificate: [UInt8]) throws -> Bool {
    let publicKey = try openssl(["x509", "-pubkey", "-noout"], input: certificate)
    return try verify(signature, message, publicKey: publicKey)
  }

  static func verify(_ signature: [UInt8], _ message: [UInt8], publicKey: [UInt8]) throws -> Bool {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = try? FileManager.default.removeItem(at: folder) }
    let keyFile = folder.appendingPathComponent("public.pem")
    let signatureFile = folder.appendingPathComponent("signature")
    try Data(publicKey).write(to: keyFile)
    try Data(signature).write(to: signatureFile)
    let said = try? openssl(
      ["dgst", "-sha256", "-verify", keyFile.path, "-signature", signatureFile.path], input: message)
    return said.map { String(decoding: $0, as: UTF8.self).contains("Verified OK") } ?? false
  }

  /// A certificate for `request` by a key of its own, and the request's public key, both PEM.
  static func issue(_ request: String) throws -> (certificate: [UInt8], publicKey: [UInt8]) {
    let text = Array(request.utf8)
    let publicKey = try openssl(["req", "-verify", "-noout", "-pubkey"], input: text)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = try? FileManager.default.removeItem(at: folder) }
    let issuer = try ContractIdentity()
    let keyFile = folder.appendingPathComponent("issuer.key")
    let certificateFile = folder.appendingPathComponent("issuer.pem")
    try Data(issuer.key).write(to: keyFile)
    try Data(issuer.certificate).write(to: certificateFile)
    let certificate = try openssl(
      [
        "x509", "-req", "-CA", certificateFile.path, "-CAkey", keyFile.path, "-set_serial", "7", "-days", "2",
      ], input: text)
    return (certificate, publicKey)
  }

  /// The subject of a request as openssl prints it.
  static func subject(_ request: String) throws -> String {
    let text = try openssl(["req", "-noout", "-subject", "-nameopt", "RFC2253"], input: Array(request.utf8))
    return String(decoding: text, as: UTF8.self)
  }

  /// Runs openssl with `input` on standard input, and gives what it prints.
  private static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let program = Process()
    program.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    program.arguments = arguments
    let (given, printed) = (Pipe(), Pipe())
    program.standardInput = given
    program.standardOutput = printed
    program.standardError = FileHandle.nullDevice
    try program.run()
    try given.fileHandleForWriting.write(contentsOf: Data(input))
    try given.fileHandleForWriting.close()
    let output = try printed.fileHandleForReading.readToEnd() ?? Data()
    program.waitUntilExit()
    try demand(program.terminationStatus == 0, "openssl \(arguments.joined(separator: " ")) failed")
    return [UInt8](output)
  }
}
