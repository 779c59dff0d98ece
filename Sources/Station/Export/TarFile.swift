import Foundation

/// Puts a folder into one tar file (POSIX ustar): the same folder gives the same bytes, whoever makes it and when.
struct TarFile {
  let folder: String
  /// Names below the folder, in the order in which they go in.
  let names: [String]
  /// What all of them go under, and the time that they bear.
  let prefix: String
  let time: Timestamp

  private static let block = 512

  func write(to path: String) throws {
    let output = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw ExportFile.failed(path, "open") }
    let target = FileHandle(fileDescriptor: output, closeOnDealloc: true)
    do {
      for name in names { try add(name, to: target) }
      // Two empty blocks end it, and tar fills up to a record of twenty.
      let end = try target.offset() + UInt64(2 * Self.block)
      let record = UInt64(20 * Self.block)
      try target.write(
        contentsOf: Data(count: Int((end + record - 1) / record * record - end) + 2 * Self.block))
      try target.synchronize()
    } catch let fault as Fault {
      throw fault
    } catch { throw Fault(.exportFailed, ["path": path, "cause": error.localizedDescription]) }
  }

  private func add(_ name: String, to target: FileHandle) throws {
    let path = "\(folder)/\(name)"
    guard let source = FileHandle(forReadingAtPath: path) else { throw ExportFile.failed(path, "open") }
    defer { try? source.close() }
    let size = try source.seekToEnd()
    try source.seek(toOffset: 0)
    try target.write(contentsOf: try header("\(prefix)/\(name)", size: size))
    var left = size
    while left > 0, let piece = try source.read(upToCount: 1 << 18), !piece.isEmpty {
      try target.write(contentsOf: piece)
      left -= UInt64(piece.count)
    }
    guard left == 0 else { throw Fault(.exportFailed, ["path": path, "cause": "it became shorter"]) }
    try target.write(contentsOf: Data(count: (Self.block - Int(size % UInt64(Self.block))) % Self.block))
  }

  private func header(_ name: String, size: UInt64) throws -> Data {
    var bytes = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int, _ length: Int) {
      for (index, byte) in text.utf8.prefix(length).enumerated() { bytes[offset + index] = byte }
    }
    func octal(_ number: UInt64, at offset: Int, _ length: Int) {
      let digits = String(number, radix: 8)
      put(String(repeating: "0", count: max(0, length - 1 - digits.count)) + digits, at: offset, length - 1)
    }
    let (folder, file) = try Self.split(name)
    put(file, at: 0, 100)
    octal(0o644, at: 100, 8)
    octal(0, at: 108, 8)
    octal(0, at: 116, 8)
    guard size < 1 << 33 else { throw Fault(.exportFailed, ["cause": "\(name) is longer than 8 GiB"]) }
    octal(size, at: 124, 12)
    octal(UInt64(max(0, time.milliseconds / 1000)), at: 136, 12)
    put("        ", at: 148, 8)
    put("0", at: 156, 1)
    put("ustar", at: 257, 6)
    put("00", at: 263, 2)
    put(folder, at: 345, 155)
    let sum = bytes.reduce(UInt64(0)) { $0 + UInt64($1) }
    octal(sum, at: 148, 7)
    bytes[154] = 0
    return Data(bytes)
  }

  /// - Throws: `export-failed` for a name that has no place in a tar.
  static func check(_ name: String) throws { _ = try split(name) }

  /// A name of more than 100 bytes is split at a slash.
  private static func split(_ name: String) throws -> (String, String) {
    if name.utf8.count <= 100 { return ("", name) }
    for slash in name.indices.reversed() where name[slash] == "/" {
      let (folder, file) = (name[..<slash], name[name.index(after: slash)...])
      if file.utf8.count > 100 { break }
      if folder.utf8.count <= 155 { return (String(folder), String(file)) }
    }
    throw Fault(.exportFailed, ["cause": "too long for a tar: \(name)"])
  }
}
