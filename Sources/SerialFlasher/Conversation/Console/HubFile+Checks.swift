extension HubFile {
  /// SHA-256 of the content, lower-case hex.
  var digest: String { content.withBytes { SHA256Digest.hex(of: $0) } }

  /// Why this file may not be put on a hub, or nil. The path becomes part of commands, and so it is no free text.
  public var refusal: String? {
    guard Self.isAllowed(path: path) else { return "the path \(ConsoleTranscript.printable(path.utf8))" }
    guard mode & ~0o644 == 0 else { return "the mode \(String(mode, radix: 8)) of \(path)" }
    if let owner {
      let names = owner.split(separator: ":", omittingEmptySubsequences: false)
      guard names.count <= 2, names.allSatisfy({ Self.isAllowed(account: $0) }) else {
        return "the owner of \(path)"
      }
    }
    return nil
  }

  /// Relative, at most 200 characters of `A-Z a-z 0-9 . _ - /`, and no part of it empty, `.` or `..`.
  static func isAllowed(path: String) -> Bool {
    guard (1...200).contains(path.utf8.count) else { return false }
    return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && part.first != "-" && part.utf8.allSatisfy(isPlain)
    }
  }

  private static func isAllowed(account: Substring) -> Bool {
    (1...32).contains(account.utf8.count) && account.first != "-" && account.utf8.allSatisfy(isPlain)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x2D: true
    default: false
    }
  }

  /// The folders that `paths` need, each before what is in it, `.` first.
  static func folders(of paths: [String]) -> [String] {
    var folders = ["."]
    for path in paths {
      var folder = ""
      for part in path.split(separator: "/").dropLast() {
        folder += folder.isEmpty ? String(part) : "/\(part)"
        if !folders.contains(folder) { folders.append(folder) }
      }
    }
    return folders
  }
}

extension HubFile.Content {
  /// How many bytes.
  public var count: Int {
    switch self {
    case .plain(let bytes): bytes.count
    case .secret(let secret): secret.count
    }
  }

  /// Lends the bytes; the pointer must not escape.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .plain(let bytes): bytes.withUnsafeBytes(body)
    case .secret(let secret): secret.withBytes(body)
    }
  }
}
