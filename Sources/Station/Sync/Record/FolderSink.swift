import Foundation

/// A second place that is a folder: a network share, a second disk, a USB stick.
///
/// The folder is never made: where the stick is not mounted, the path is missing, or is an empty folder of the first
/// disk, and rows put there would be no second copy. So a folder that was used once bears a mark, and without it
/// nothing is written. To begin anew on an empty folder, a person makes an empty file of that name in it.
struct FolderSink: RecordSink {
  static let mark = ".station-record"

  let path: String
  private let thread: BlockingThread

  init(path: String) {
    self.path = path
    thread = BlockingThread(label: "record-folder")
  }

  var place: String { path }

  func open(station: String, known: RecordPosition?) async throws(Fault) -> RecordPosition {
    let path = path
    return try await thread.perform { () throws(Fault) in
      let folder = try RecordFolder(path)
      let identity: String
      if let mark = try folder.read(Self.mark, limit: 64) {
        let text = String(decoding: mark, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        identity = text.isEmpty ? try Self.makeMark(in: folder) : text
      } else if known?.identity != nil {
        throw folder.fault("the folder lacks the file \(Self.mark): is the right disk mounted?")
      } else {
        identity = try Self.makeMark(in: folder)
      }
      return try Self.position(in: folder, of: station, identity: identity)
    }
  }

  func put(_ segment: RecordSegment) async throws(Fault) {
    let path = path
    try await thread.perform { () throws(Fault) in
      // One descriptor for all: what is mounted here cannot be swapped between the looks and the rename.
      let folder = try RecordFolder(path)
      guard try folder.read(Self.mark, limit: 64)?.isEmpty == false else {
        throw folder.fault("the folder lacks the file \(Self.mark): is the right disk mounted?")
      }
      let name = segment.name.description
      if let there = try folder.read(name, limit: segment.data.count) {
        guard there == segment.data else {
          throw Fault(
            .recordForeign,
            [
              "place": path, "problem": "other-contents", "file": name,
              "cause": "\(name) is there with other contents",
            ])
        }
        return
      }
      try folder.write(name, segment.data)
    }
  }

  func warnings(ledger ledgerPath: String?) async -> [String] {
    let path = path
    let devices = try? await thread.perform { () throws(Fault) in
      [path, ledgerPath].map { name in
        name.flatMap { try? FileManager.default.attributesOfItem(atPath: $0)[.systemNumber] as? Int }
      }
    }
    guard let devices, let device = devices[0], device == devices[1] else { return [] }
    return ["The second copy of the record is on the same file system as the ledger: \(path)"]
  }

  private static func makeMark(in folder: RecordFolder) throws(Fault) -> String {
    let identity = UUID().uuidString.lowercased()
    try folder.write(mark, Data("\(identity)\n".utf8))
    return identity
  }

  private static func position(in folder: RecordFolder, of station: String, identity: String) throws(Fault)
    -> RecordPosition
  {
    var names: [RecordSegmentName] = []
    for file in try folder.names() {
      if RecordFolder.isPartial(file, of: station) {
        // A copy that a crash cut short; it was never visible under its own name.
        folder.remove(file)
      } else if let name = RecordSegmentName(file: file), name.station == station {
        names.append(name)
      }
    }
    var position = RecordPosition(identity: identity, holding: names)
    position.head = try names.max { $0.last < $1.last }.map { (name) throws(Fault) in
      try head(of: name, in: folder)
    }
    return position
  }

  private static func head(of name: RecordSegmentName, in folder: RecordFolder) throws(Fault)
    -> RecordPosition.Head
  {
    let data = try folder.read(name.description, limit: RecordRows.longestSegment)
    guard let line = data?.split(separator: 0x0A).last, let row = RecordLine(line: Data(line))?.row,
      row.sequence == name.last, row.hash == JournalHash.of(row)
    else {
      throw Fault(
        .recordForeign,
        [
          "place": folder.path, "problem": "damaged", "file": name.description,
          "cause": "\(name) is damaged",
        ])
    }
    return RecordPosition.Head(row: row.sequence, hash: row.hash)
  }
}
