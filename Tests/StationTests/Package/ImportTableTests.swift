import Foundation
import Testing

/// The design's import table, read off the sources: a third-party library is known in one room of the house.
@Suite("The import table")
struct ImportTableTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  /// Module -> the folders below `Sources` that may import it; nothing else may be imported anywhere.
  private static let table: [String: [String]] = [
    "ArgumentParser": ["Station/Commands"],
    "AsyncHTTPClient": ["Station/Cloud"],
    "CKernel": ["Station"],
    "COpenSSL": ["CertForge"],
    "CSerialShims": ["SerialFlasher"],
    "CUdev": ["SerialFlasher"],
    "CZint": ["Station/Label"],
    "CertForge": ["Station"],
    "Dispatch": ["Station", "SerialFlasher", "CertForge"],
    "Foundation": ["Station", "SerialFlasher", "CertForge"],
    "GRDB": ["Station/Ledger"],
    "GRDBSQLite": ["Station/Ledger"],
    "Glibc": ["Station", "SerialFlasher", "CertForge"],
    "HTTPTypes": ["Station/Simulator", "Station/Door"],
    "Hummingbird": ["Station/Simulator", "Station/Door"],
    "Logging": ["Station"],
    "NIOCore": ["Station/Cloud", "Station/Simulator", "Station/Door"],
    "NIOHTTP1": ["Station/Cloud"],
    "NIOPosix": ["Station/Cloud", "Station/Simulator"],
    "NIOSSL": ["Station/Cloud"],
    "SerialFlasher": ["Station"],
    "ServiceLifecycle": ["Station"],
    "Subprocess": ["Station/Cloud"],
    "Synchronization": ["Station", "SerialFlasher", "CertForge"],
    "SystemPackage": ["Station/Cloud"],
    "Yams": ["Station/Settings"],
  ]

  private static func swiftFiles() throws -> [String] {
    let root = sources.path()
    let found = FileManager.default.enumerator(atPath: root)
    return try #require(found?.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }).sorted()
  }

  private static func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
        words[..<index].allSatisfy({
          ["public", "internal", "package", "fileprivate", "private", "@preconcurrency"].contains($0)
            || $0.hasPrefix("@testable")
        })
      else { return nil }
      let name =
        ["class", "struct", "enum", "protocol", "func"].contains(words[index + 1])
        ? words[safe: index + 2] : words[index + 1]
      return name.map { String($0.split(separator: ".")[0]) }
    }
  }

  @Test func `every import stands where the table allows it`() throws {
    let files = try Self.swiftFiles()
    #expect(files.count > 30)
    for file in files {
      let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
      for module in Self.imports(in: text) {
        let rooms = Self.table[module] ?? []
        #expect(
          rooms.contains { file.hasPrefix($0 + "/") }, "\(file) imports \(module), which belongs to \(rooms)")
      }
    }
  }

  @Test func `the reader of imports sees every form of them`() {
    let text =
      "import A\npublic import B\n  internal import struct C.D\n@preconcurrency import E\n// import F\nlet import1 = 2"
    #expect(Self.imports(in: text) == ["A", "B", "C", "E"])
  }

  @Test func `no source file is longer than four hundred lines`() throws {
    for file in try Self.swiftFiles() {
      let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 400, "\(file)")
    }
  }

  @Test func `no type takes a name that says nothing or that Foundation has`() throws {
    let unwanted = try Regex(
      #"\b(class|struct|enum|actor|protocol) (\w*(Manager|Helper|Utils|Kit|Common)|Core|Unit|Port|Process|Operation|Measurement)\b"#
    )
    for file in try Self.swiftFiles() {
      let text = try String(contentsOf: Self.sources.appending(path: file), encoding: .utf8)
      #expect(text.firstMatch(of: unwanted) == nil, "\(file)")
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
