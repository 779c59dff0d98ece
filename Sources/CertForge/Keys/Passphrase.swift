public import Foundation

/// A passphrase: never printed, wiped when the last copy of this value is gone. It comes from a file or a systemd
/// credential, never from the command line, where every user of the machine could read it.
public struct Passphrase: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The longest one, in bytes; OpenSSL's own prompt buffer holds 1024.
  public static let longest = 1000

  // Copies of the value share one secret place, so that there is one place to wipe.
  private final class Storage: @unchecked Sendable {
    let memory: SecureMemory
    let count: Int

    init(_ memory: consuming SecureMemory, count: Int) {
      self.memory = memory
      self.count = count
    }
  }

  private let storage: Storage

  /// How many bytes.
  public var count: Int { storage.count }

  /// Copies `bytes` (1 to 1000 of them) onto the secure heap.
  public init(copying bytes: UnsafeRawBufferPointer) throws(CertForgeError) {
    try Self.check(count: bytes.count)
    let memory = try SecureMemory(count: bytes.count)
    memory.bytes.copyMemory(from: bytes)
    storage = Storage(memory, count: bytes.count)
  }

  /// Reads a file of at most a thousand bytes that only its owner may read; one line end after it is not part of it.
  public init(file path: String) throws(CertForgeError) {
    try self.init(file: path, forbidden: 0o077)
  }

  /// Reads the systemd credential `name` (`LoadCredential=`, `LoadCredentialEncrypted=`).
  public init(
    credential name: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CertForgeError) {
    guard !name.isEmpty, !name.contains("/"), !name.contains("\0"), name != ".", name != ".." else {
      throw CertForgeError(
        .credentialUnavailable, values: ["credential": name], hint: "a credential's name is a plain file name"
      )
    }
    guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else {
      throw CertForgeError(
        .credentialUnavailable, values: ["credential": name], cause: "CREDENTIALS_DIRECTORY is not set",
        hint: "start the station as a systemd service with LoadCredential=\(name):..., or name a file instead"
      )
    }
    // systemd opens these files to the service's user by an access control list, whose mask shows as group bits.
    try self.init(file: "\(directory)/\(name)", forbidden: 0o007)
  }

  private init(file path: String, forbidden: mode_t) throws(CertForgeError) {
    // One byte over the limit and two for a line end, so that a file that is too long is seen to be.
    let memory = try SecureMemory(count: Self.longest + 3)
    var count = try PrivateFile.read(path, into: memory.bytes, forbidden: forbidden)
    if count > 0, memory.bytes[count - 1] == UInt8(ascii: "\n") {
      count -= 1
      if count > 0, memory.bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
    }
    try Self.check(count: count, file: path)
    storage = Storage(memory, count: count)
  }

  /// Lends the bytes to `body`; the pointer must not escape it.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(rebasing: storage.memory.bytes[0..<storage.count]))
  }

  public var description: String { "passphrase" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }

  private static func check(count: Int, file: String? = nil) throws(CertForgeError) {
    guard (1...longest).contains(count) else {
      throw CertForgeError(
        .passphraseRefused, values: file.map { ["file": $0] } ?? [:],
        cause: count == 0 ? "it is empty" : "it is too long",
        hint: "a passphrase has 1 to \(longest) bytes on one line")
    }
  }
}
