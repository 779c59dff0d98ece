import Testing

@testable import Station

@Suite("Wording")
struct WordingTests {
  /// Names under which any fault may carry a value.
  private static let names = [
    "serial", "model", "mac", "reason", "device", "excerpt", "user", "name", "command", "status", "path",
    "what",
    "feature", "cause", "check", "value", "actual", "text", "low", "high", "measure", "unit", "expected",
    "now",
    "time", "errno", "folder", "row", "ledger", "version", "found", "process", "pid", "key", "host",
    "contentType",
    "operation", "kind", "httpStatus", "lane", "action", "seconds", "skew", "message", "thing", "target",
    "policy",
    "hub", "batch", "slot", "slots", "passed", "planned", "atWork", "other", "last", "file", "problems",
    "count",
  ]

  @Test("every code has a sentence and a hint that fit", arguments: FaultCode.allCases)
  func everyCodeHasWords(_ code: FaultCode) {
    for values in [[:], Dictionary(uniqueKeysWithValues: Self.names.map { ($0, "17") })] {
      let wording = Wording(Fault(code, values))
      for text in [wording.sentence, wording.hint] {
        #expect((10...120).contains(text.unicodeScalars.count), "\(text)")
        #expect(text.hasSuffix(".") && !text.hasSuffix(".."), "\(text)")
        #expect(!text.contains("{") && !text.contains("\\(") && !text.contains("nil"), "\(text)")
        #expect(!text.contains("  ") && !text.contains(" .") && !text.contains(" ,"), "\(text)")
      }
    }
  }

  @Test("the hint agrees with the tile that it stands beside", arguments: FaultCode.allCases)
  func hintsAgreeWithTheTile(_ code: FaultCode) {
    let hint = Wording(Fault(code)).hint.lowercased()
    if hint.contains("red bin") && !hint.contains("twice") && !hint.contains("again once") {
      #expect(code.outcome == .failed, "\(code): \(hint)")
    }
    if hint.contains("keep the hub") && !hint.contains("again") {
      #expect(code.outcome == .errored, "\(code)")
    }
    if code.outcome == .failed { #expect(hint.contains("red bin") || code == .unplugged, "\(code): \(hint)") }
  }

  @Test func `values stand in the sentence`() {
    let silent = Wording(Fault(.hubSilent, ["device": "/dev/ttyUSB3"]))
    #expect(silent.sentence == "Hub did not answer on the serial line (/dev/ttyUSB3).")
    #expect(silent.hint == "Take it out, check the cable, put it in again; twice silent: red bin.")
    let outside = Wording(
      Fault(.checkOutside, ["check": "core", "value": "1.9", "low": "1.1", "high": "1.3", "measure": "V"]))
    #expect(outside.sentence == "Check core gave 1.9, not 1.1 to 1.3 V.")
  }

  @Test func `what is wrong with credentials stands in the sentence, as far as there is room`() {
    let process = "credential_process of profile default: "
    let sentences = [
      "it ended with exited(3)", "it did not end in time and was killed", "its output is garbage.",
    ]
    .map { Wording(Fault(.credentialsMissing, ["lane": "aws", "cause": process + $0])).sentence }
    #expect(
      sentences == [
        "No credentials for aws: \(process)it ended with exited(3).",
        "No credentials for aws: \(process)it did not end in time and was killed.",
        "No credentials for aws: \(process)its output is garbage.",
      ])
    #expect(Wording(Fault(.credentialsMissing, ["lane": "vendor"])).sentence == "No credentials for vendor.")
  }

  /// After one of these the writer takes nothing until a new start has looked at the file (`LedgerHealth`).
  @Test(arguments: [FaultCode.ledgerFailed, .ledgerCorrupt, .ledgerReadOnly])
  func `whatever stops the ledger says that the station must be started again`(_ code: FaultCode) {
    guard case .stopped = LedgerHealth(after: Fault(code)) else {
      Issue.record("\(code) does not stop the ledger")
      return
    }
    let hint = Wording(Fault(code)).hint
    #expect(hint.contains("start the station again") || hint.contains("start it again"), "\(hint)")
  }

  /// A retry asks for the hub's status again: it sends nothing.
  @Test func `nobody is told that a retry sends a hub again that the vendor does not know`() {
    let wording = Wording(Fault(.hubUnknown, ["serial": "SPK00000001"]))
    #expect(!wording.hint.contains("sends") && wording.hint.contains("The vendor must look"))
  }

  @Test("hostile values cannot paint the screen or flood the line", arguments: FaultCode.allCases)
  func hostileValuesAreTame(_ code: FaultCode) {
    let hostile =
      "\u{1B}[2J\u{1B}[32mPASS\r\n\u{202E}\u{0}\u{9B}1m" + String(repeating: "Z\u{301}", count: 200)
    let wording = Wording(Fault(code, Dictionary(uniqueKeysWithValues: Self.names.map { ($0, hostile) })))
    for text in [wording.sentence, wording.hint] {
      #expect(text.unicodeScalars.count <= 120)
      #expect(
        text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{202E}"
        })
    }
  }

  @Test func `text is cut to its limit and says so`() {
    #expect(PrintableText.of("abcdef", limit: 4) == "abc…")
    #expect(PrintableText.of("abcd", limit: 4) == "abcd")
    #expect(PrintableText.of("a\tb", limit: 20) == "a\\u{9}b")
    #expect(PrintableText.of("Grüße 你好", limit: 20) == "Grüße 你好")
  }
}
