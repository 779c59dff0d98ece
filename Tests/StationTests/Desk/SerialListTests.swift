import Foundation
import Testing

@testable import Station

@Suite("Lists of serial numbers")
struct SerialListTests {
  private static let rule = SerialRule(pattern: "SPK[0-9]{8}")

  private static func read(_ text: String) throws(Fault) -> [String] {
    let expression = try rule.expression()
    let list = try SerialList(text, file: "order.csv") { (raw) throws(Fault) in
      try rule.normalise(raw, expression)
    }
    return list.serials.map(\.text)
  }

  @Test(
    "what spreadsheets write is read",
    arguments: [
      "SPK00000001\nSPK00000002\n", "SPK00000001\r\nSPK00000002",
      "\u{FEFF}serial\r\nspk00000001\r\nSPK00000002\r\n",
      "serial,mac\nSPK00000001,02:00\nSPK00000002,\n", "mac;Serial\n02:00;SPK00000001\n;\"SPK00000002\"\n",
      "name\tserial number\n\"a \"\"hub\"\"\nof two lines\"\tSPK00000001\nb\tSPK00000002\n",
      "# order 17\n\nSPK00000001\n\n  SPK00000002  \n", "SPK00000001\rSPK00000002\r",
    ])
  func isRead(_ text: String) throws {
    #expect(try Self.read(text) == ["SPK00000001", "SPK00000002"])
  }

  @Test(
    "what is wrong is said with its line",
    arguments: [
      ("SPK00000001\nSPK0000000\n", "line 2 has no good serial: \"SPK0000000\"", 1),
      ("serial\r\nSPK00000001\r\nspk00000001\r\n", "line 3 repeats the serial SPK00000001 of line 2", 1),
      ("mac,serial\n02:00\n", "line 2 has no column 2", 1), ("", "line 1 and all others name no serial", 1),
      ("SPK00000001\n\"SPK00000002", "line 2 opens a quote that is never closed", 1),
      ("\"SPK00000001\"x\n", "line 1 goes on behind a closing quote", 1),
      ("\"a\nb\"\nSPK00000001\n", "line 1 has no good serial: \"a?b\"", 1),
    ])
  func isRefused(_ text: String, _ problem: String, _ count: Int) {
    #expect(
      throws: Fault(.serialListInvalid, ["file": "order.csv", "problems": problem, "count": String(count)])
    ) {
      try Self.read(text)
    }
  }

  @Test func `one bad line in a hundred thousand spoils the list, and only the first five are told`() throws {
    var lines = (1...100_000).map { "SPK" + String(format: "%08d", $0) }
    #expect(try Self.read(lines.joined(separator: "\r\n")).count == 100_000)
    lines[77_776] = "SPK7777"
    let one = #expect(throws: Fault.self) { try Self.read("\u{FEFF}" + lines.joined(separator: "\r\n")) }
    #expect(one?.values["problems"] == "line 77777 has no good serial: \"SPK7777\"")
    #expect(one.map { Wording($0).sentence }?.contains("line 77777") == true)
    for index in 0..<9 { lines[index] = "x" }
    let ten = #expect(throws: Fault.self) { try Self.read(lines.joined(separator: "\n")) }
    #expect(ten?.values["count"] == "10" && ten?.values["problems"]?.contains("line 6") == false)
  }

  @Test func `ranges are numbers behind one prefix`() throws {
    func range(_ first: String, _ last: String) throws -> SerialRange {
      try SerialRange(from: SerialNumber(normalised: first), to: SerialNumber(normalised: last))
    }
    let range = try range("SPK00000099", "SPK00000101")
    #expect(range.count == 3)
    for (serial, inside) in [
      ("SPK00000100", true), ("SPK00000098", false), ("SPK00000102", false), ("SPL00000100", false),
      ("SPK000000100", false), ("SPK0000010A", false),
    ] { #expect(range.contains(SerialNumber(normalised: serial)) == inside, "\(serial)") }
    for (first, last) in [("A2", "A1"), ("A1", "B2"), ("A9", "A10"), ("AX", "AY"), ("A1X", "A2X")] {
      #expect(throws: Fault.self, "\(first) \(last)") {
        try SerialRange(from: SerialNumber(normalised: first), to: SerialNumber(normalised: last))
      }
    }
    let stored = try JSONEncoder().encode(range)
    #expect(try JSONDecoder().decode(SerialRange.self, from: stored) == range)
  }
}
