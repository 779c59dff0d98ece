import Foundation
import Testing

@testable import Station

@Suite("Where an export comes to lie")
struct ExportPlaceTests {
  private static let allow = ["--allow-unregistered", "--reason", "tried"]

  private static func place(_ folder: URL, isTar: Bool = false) throws -> ExportPlace {
    let profile = try #require(ExportProfile.shipped("csv"))
    return ExportPlace(
      folder: folder.path(percentEncoded: false),
      names: ExportNames(profile: profile, batch: "WO-17", revision: 1), isTar: isTar, isEncrypted: false)
  }

  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "place-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    return folder
  }

  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `a second export into the same folder leaves the work of the first alone`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (first, second) = (try Self.place(folder), try Self.place(folder))
    try first.begin()
    let work = "\(first.partial)/half.csv"
    try Data("half".utf8).write(to: URL(filePath: work))
    try second.begin()
    #expect(FileManager.default.fileExists(atPath: work))
    second.discard()
    #expect(FileManager.default.fileExists(atPath: work))
    first.discard()
    #expect(try Self.names(folder.path(percentEncoded: false)) == [])
  }

  @Test func `of exports at the same time one is handed over whole, and the others say why not`() async throws
  {
    let bench = try await ExportBench(units: 12)
    try await bench.close()
    try bench.put("a/.WO-17-r1-csv.killed.partial/WO-17-r1.csv", "left by one that was killed")
    let words =
      ["export", "WO-17", "--to", bench.place("a"), "--settings", bench.bench.settings] + Self.allow
    let answers = try await withThrowingTaskGroup(of: CommandProgram.Answer.self) { group in
      for _ in 1...4 { group.addTask { try await CommandProgram.run(words) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count { $0.status == 0 } == 1, "\(answers)")
    for answer in answers where answer.status != 0 {
      #expect(
        [65, 69, 73].contains(answer.status) && answer.output.isEmpty && !answer.errors.contains("mkdir"),
        "\(answer)")
    }
    #expect(try Self.names(bench.place("a")) == [".WO-17-r1-csv.killed.partial", "WO-17-r1-csv"])
    #expect(ExportVerification(bench.place("a/WO-17-r1-csv"), trusted: []).problems == [])
    #expect(try await bench.run("export", "list", "WO-17", "--json").lines.count == 1)
  }

  /// Of files that are not there, so that nothing can be packed.
  private static func manifest(_ files: [String]) throws -> ExportManifest {
    ExportManifest(
      batch: "WO-17", vendor: "V", model: "HUB-2", revision: 1, position: 1,
      created: Timestamp(milliseconds: 0), origin: "o", profile: try #require(ExportProfile.shipped("csv")),
      rows: 0, registration: [:], withheld: [],
      files: files.map { ExportFile.Facts(name: $0, bytes: 0, sha256: "") })
  }

  @Test func `a tar that cannot be made leaves nothing behind`() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = try Self.place(folder, isTar: true)
    try place.begin()
    #expect(throws: Fault.self) { try place.pack(Self.manifest(["gone.csv"]), recipients: []) }
    #expect(try Self.names(place.partial) == ["bundle", "tar"])
    place.discard()
    #expect(try Self.names(folder.path(percentEncoded: false)) == [])
  }

  @Test func `what came there meanwhile is not replaced, and the sentence says what was written down`() throws
  {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let other = folder.appending(path: "WO-17-r1-csv")
    let place = try Self.place(folder)
    try place.begin()
    try place.pack(Self.manifest([]), recipients: [])
    try Data("other".utf8).write(to: other)
    let late = #expect(throws: CommandError.self) { try place.pack(Self.manifest([]), recipients: []) }
    #expect(late?.sentence.hasSuffix("WO-17-r1-csv is there already.") == true)
    let last = #expect(throws: CommandError.self) { try place.finish() }
    #expect(last?.status == .cannotCreate && last?.code == "export-unnamed")
    #expect(
      last?.sentence.hasPrefix("Revision 1 of WO-17 is written down, but") == true, "\(last?.line ?? "")")
    #expect(try Data(contentsOf: other) == Data("other".utf8))
    place.discard()
    try FileManager.default.removeItem(at: other)
    try place.begin()
    #expect(try place.finish() == other.path(percentEncoded: false))
    #expect(try Self.names(folder.path(percentEncoded: false)) == ["WO-17-r1-csv"])
  }
}
