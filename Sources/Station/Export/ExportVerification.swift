import CertForge
import Foundation

/// Whether a folder is what a station exported: needs no ledger, and no key but the public one.
struct ExportVerification {
  private(set) var manifest: ExportManifest?
  private(set) var key: VerifierKey?
  /// What is wrong, with the file; none: it is whole.
  private(set) var problems: [String] = []

  private let folder: String
  private static let longestManifest = 256 << 20
  private static let most = 20

  /// - Parameter trusted: keys that are believed; none: the one in the folder is.
  init(_ folder: String, trusted: [VerifierKey]) {
    self.folder = folder
    do { try check(trusted) } catch { add("\(error)") }
  }

  private mutating func check(_ trusted: [VerifierKey]) throws {
    guard let bytes = read(ExportManifest.fileName, limit: Self.longestManifest) else { return }
    guard let signature = read(ExportManifest.signatureName, limit: 64) else { return }
    guard let text = read(ExportManifest.keyName, limit: 512),
      let key = VerifierKey(String(decoding: text, as: UTF8.self))
    else { return add("\(ExportManifest.keyName): no verifier key") }
    self.key = key
    guard trusted.isEmpty || trusted.contains(key) else {
      return add("\(ExportManifest.keyName): another key than the trusted one")
    }
    guard key.key.verify(signature: signature, of: bytes) else {
      return add(
        "\(ExportManifest.signatureName): not the signature of that key over \(ExportManifest.fileName)")
    }
    guard let manifest = try? JSONDecoder().decode(ExportManifest.self, from: Data(bytes)),
      manifest.format == ExportManifest.format
    else { return add("\(ExportManifest.fileName): not of the format \(ExportManifest.format)") }
    self.manifest = manifest
    checkFiles(manifest, sums: bytes, signature)
    checkStrangers(manifest)
    checkSeal(manifest, key)
  }

  private mutating func checkFiles(_ manifest: ExportManifest, sums bytes: [UInt8], _ signature: [UInt8]) {
    var lines = [
      "\(Digest.sha256Hex(bytes))  \(ExportManifest.fileName)",
      "\(Digest.sha256Hex(signature))  \(ExportManifest.signatureName)",
    ]
    for file in manifest.files {
      lines.append("\(file.sha256)  \(file.name)")
      guard Self.isInside(file.name) else {
        add("\(ExportManifest.fileName): names a file outside of the folder")
        continue
      }
      guard let found = digest(file.name) else { continue }
      if found.bytes != file.bytes || found.sha256 != file.sha256 { add("\(file.name): was altered") }
    }
    guard let text = read(ExportManifest.sumsName, limit: Self.longestManifest) else { return }
    let found = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    if Set(found) != Set(lines) || found.count != lines.count {
      add("\(ExportManifest.sumsName): not the sums of the manifest")
    }
  }

  /// What the manifest does not name did not come from the station.
  private mutating func checkStrangers(_ manifest: ExportManifest) {
    let known = Set(
      manifest.files.map(\.name)
        + [ExportManifest.fileName, ExportManifest.signatureName, ExportManifest.sumsName])
    let found = FileManager.default.enumerator(atPath: folder)
    while let name = found?.nextObject() as? String {
      // Of a link itself, not of what it leads to: no station exports one.
      let isFolder = found?.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
      if !isFolder, !known.contains(name) { add("\(name): is not in the manifest") }
    }
  }

  private mutating func checkSeal(_ manifest: ExportManifest, _ key: VerifierKey) {
    guard let text = read(ExportManifest.checkpointName, limit: SignedNote.longest),
      let note = SignedNote(String(decoding: text, as: UTF8.self)), let stated = Checkpoint(text: note.text),
      note.isSigned(by: key), stated.size == manifest.position, stated.origin == manifest.origin
    else {
      return add("\(ExportManifest.checkpointName): no checkpoint of row \(manifest.position) by that key")
    }
    guard let handle = open(ExportManifest.proofsName) else { return }
    defer { try? handle.close() }
    var lines = LineReader(handle, longest: RecordLine.longest + 65_536)
    var count = 0
    while let line = lines.next() {
      count += 1
      guard let proof = try? JSONDecoder().decode(ExportProof.self, from: line), let row = proof.row.row,
        JournalHash.of(row) == row.hash, case .done(.passed)? = try? row.entry(), row.sequence > 0,
        InclusionProof(index: row.sequence - 1, size: stated.size, path: proof.path.map { Array($0) })
          .leads(row.hash, to: stated.root)
      else { return add("\(ExportManifest.proofsName): line \(count) proves nothing") }
    }
    if count != manifest.rows {
      add("\(ExportManifest.proofsName): \(count) proofs of \(manifest.rows) units")
    }
  }

  private mutating func add(_ problem: String) {
    if problems.count < Self.most { problems.append(problem) }
  }

  private static func isInside(_ name: String) -> Bool {
    !name.hasPrefix("/")
      && !name.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." }
  }

  /// Files only: a link leads elsewhere, and a pipe would be waited for.
  private mutating func open(_ name: String) -> FileHandle? {
    let path = "\(folder)/\(name)"
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      add("\(name): is missing")
      return nil
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      add("\(name): is no file")
      return nil
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      add("\(name): cannot be read")
      return nil
    }
    return handle
  }

  private mutating func read(_ name: String, limit: Int) -> [UInt8]? {
    guard let handle = open(name) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: limit + 1), data.count <= limit else {
      add("\(name): cannot be read, or is too long")
      return nil
    }
    return Array(data)
  }

  private mutating func digest(_ name: String) -> (bytes: Int64, sha256: String)? {
    guard let handle = open(name) else { return nil }
    defer { try? handle.close() }
    let digest = SHA256Stream()
    var bytes: Int64 = 0
    while let piece = try? handle.read(upToCount: 1 << 18), !piece.isEmpty {
      digest.update(piece)
      bytes += Int64(piece.count)
    }
    return (bytes, Hexadecimal.encode(digest.digest()))
  }
}
