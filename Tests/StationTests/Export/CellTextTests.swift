import Foundation
import Testing

@testable import Station

/// Cells and JSON strings byte by byte, read back by python's own csv and json.
@Suite("Cells of an export")
struct CellTextTests {
  private static let pieces = [
    "a", "Ä", "中", "🏭", ",", ";", "\t", "|", "\"", "\"\"", "\n", "\r", "\r\n", "'", "=", "+", "-", "@", " ",
    "\\", "/",
    "\u{0}", "\u{1}", "\u{1F}", "\u{7F}", "\u{FEFF}", "\u{2028}", "\u{FF1D}", "e\u{301}", "0",
  ]

  private static func fuzzed(_ count: Int) -> [[String]] {
    var random = ScratchLedger.Seeded(state: 20_261_128)
    return (0..<count).map { _ in
      (0..<4).map { _ in
        (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
          .joined()
      }
    }
  }

  private static func table(_ rows: [[String]], _ delimiter: String, quotesAll: Bool, newline: String) -> Data
  {
    var bytes: [UInt8] = []
    for row in rows {
      for (index, var cell) in row.enumerated() {
        if index > 0 { bytes += Array(delimiter.utf8) }
        cell.withUTF8 {
          CellText.table(
            UnsafeRawBufferPointer($0), delimiter: delimiter.utf8.first ?? 0, quotesAll: quotesAll,
            prefixesFormulas: false, to: &bytes)
        }
      }
      bytes += Array(newline.utf8)
    }
    return Data(bytes)
  }

  @Test func `five thousand fuzzed rows come back from python cell for cell, whatever the profile`()
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cells-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Its csv module cannot hold a zero byte before 3.11; no ledger's text has one.
    let rows = Self.fuzzed(5_000).map { $0.map { $0.replacing("\u{0}", with: "") } }.filter {
      $0 != ["", "", "", ""]
    }
    try JSONEncoder().encode(rows).write(to: folder.appending(path: "rows.json"))
    let script = """
      import csv, json, sys
      wanted = json.load(open(sys.argv[1] + "/rows.json"))
      for name, delimiter in (line.split(" ") for line in sys.argv[2:]):
          delimiter = {"tab": "\\t"}.get(delimiter, delimiter)
          with open(sys.argv[1] + "/" + name, encoding="utf-8", newline="") as file:
              found = list(csv.reader(file, delimiter=delimiter, strict=True))
          print(name, len(found), found == wanted)
      """
    var arguments: [String] = []
    for (number, delimiter) in [",", ";", "|", "\t"].enumerated() {
      for quotesAll in [true, false] {
        let name = "\(number)-\(quotesAll)"
        try Self.table(rows, delimiter, quotesAll: quotesAll, newline: quotesAll ? "\r\n" : "\n")
          .write(to: folder.appending(path: name))
        arguments.append("\(name) \(delimiter == "\t" ? "tab" : delimiter)")
      }
    }
    let answer = try await CommandProgram.run(
      ["/usr/bin/env", "python3", "-c", script, folder.path()] + arguments, other: true)
    #expect(
      answer.lines.count == 8 && answer.lines.allSatisfy { $0.hasSuffix(" \(rows.count) True") }, "\(answer)")
  }

  @Test func `five thousand fuzzed strings come back from python's json`() async throws {
    let strings = Self.fuzzed(1_250).flatMap { $0 }
    var bytes: [UInt8] = []
    for text in strings {
      CellText.json(text, to: &bytes)
      bytes.append(0x0A)
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "json-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(bytes).write(to: folder.appending(path: "lines"))
    try JSONEncoder().encode(strings).write(to: folder.appending(path: "wanted.json"))
    let script = """
      import json, sys
      lines = open(sys.argv[1] + "/lines", "rb").read().split(b"\\n")[:-1]
      print([json.loads(line) for line in lines] == json.load(open(sys.argv[1] + "/wanted.json")))
      """
    let answer = try await CommandProgram.run(
      ["/usr/bin/env", "python3", "-c", script, folder.path()], other: true)
    #expect(answer.output == "True\n", "\(answer)")
  }

  @Test(
    "what a spreadsheet would compute gets an apostrophe, and nothing else does",
    arguments: [
      ("=1+1", true), ("+49", true), ("-1", true), ("@SUM(A1)", true), ("\tx", true), ("\rx", true),
      ("\nx", true),
      ("\u{FF1D}1", true), ("\u{FF0B}1", true), ("\u{FF0D}1", true), ("\u{FF20}x", true), ("", false),
      ("a=1", false), (" =1", false), ("\u{FF1C}1", false), ("'=1", false), ("1-1", false),
    ])
  func formula(_ text: String, _ isFormula: Bool) {
    for quotesAll in [true, false] {
      var (bytes, text) = ([UInt8](), text)
      text.withUTF8 {
        CellText.table(
          UnsafeRawBufferPointer($0), delimiter: 0x2C, quotesAll: quotesAll, prefixesFormulas: true,
          to: &bytes)
      }
      let cell = String(decoding: bytes, as: UTF8.self)
      let content = cell.hasPrefix("\"") ? String(cell.dropFirst().dropLast()) : cell
      #expect(content == (isFormula ? "'" : "") + text, "\(cell)")
      #expect(cell.hasPrefix("\"") || !quotesAll)
    }
  }
}
