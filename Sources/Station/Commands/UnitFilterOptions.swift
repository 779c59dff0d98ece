import ArgumentParser
import CertForge
import Foundation

/// What units may have in common. All that is given must hold.
struct UnitFilterOptions: ParsableArguments {
  @Option(help: "Of this batch.")
  var batch: BatchID?

  @Option(help: "Of this model.")
  var model: String?

  @Option(help: "How the last attempt ended: passed, failed, errored or aborted.")
  var outcome: Outcome?

  @Option(help: "none, waiting, registered or attention.")
  var registration: Registration?

  @Option(help: "making, released, rework, scrapped, returned, shipped, recalled, or hold.")
  var disposition: String?

  @Flag(help: "Only units on hold.")
  var onHold = false

  @Option(help: ArgumentHelp("Last on this slot.", valueName: "name"))
  var slot: String?

  @Option(name: .customLong("operator"), help: ArgumentHelp("Who was there then.", valueName: "badge"))
  var person: String?

  @Option(
    help: ArgumentHelp(
      "Last on the bench from then on: 2026-11-21 or 2026-11-21T06:00:00Z.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Last on the bench before then.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("With this firmware.", valueName: "version"))
  var firmware: String?

  @Option(help: ArgumentHelp("Whose last attempt met this fault.", valueName: "fault"))
  var code: FaultCode?

  @Option(
    help: ArgumentHelp(
      "Whose certificate this issuing CA signed: its PEM file, or its key identifier.", valueName: "CA"))
  var issuedBy: String?

  @Option(help: "Part of a serial, MAC address, model or UUID.")
  var text: String?

  var asksAnything: Bool {
    batch != nil || model != nil || outcome != nil || registration != nil || disposition != nil || onHold
      || slot != nil || person != nil || since != nil || until != nil || firmware != nil || code != nil
      || issuedBy != nil || text != nil
  }

  func validate() throws {
    if let slot, SlotName(slot) == nil { throw ValidationError("--slot: not a slot's name.") }
    if let disposition, disposition != "hold", UnitDisposition(rawValue: disposition) == nil {
      let words = UnitDisposition.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--disposition: \(words) or hold.")
    }
    for (name, value) in [("--since", since), ("--until", until)] {
      if let value, Self.time(value) == nil {
        throw ValidationError("\(name): write 2026-11-21 or 2026-11-21T06:00:00Z (UTC).")
      }
    }
  }

  /// - Throws: when a file of an issuing CA cannot be used.
  func filter() throws -> UnitFilter {
    var filter = UnitFilter()
    filter.batch = batch
    filter.model = model
    filter.outcome = outcome
    filter.registration = registration
    filter.disposition = disposition.flatMap { UnitDisposition(rawValue: $0) }
    filter.onHold = onHold || disposition == "hold" ? true : nil
    filter.slot = slot.flatMap { SlotName($0) }
    filter.actor = person
    filter.since = since.flatMap(Self.time)
    filter.until = until.flatMap(Self.time)
    filter.firmware = firmware
    filter.fault = code
    filter.authority = try issuedBy.map(Self.authority)
    filter.text = text
    return filter
  }

  static func time(_ text: String) -> Timestamp? {
    switch text.count {
    case 10: Timestamp(text + "T00:00:00.000Z")
    case 20: Timestamp(text.dropLast() + ".000Z")
    default: Timestamp(text)
    }
  }

  private static func authority(_ text: String) throws -> String {
    let word = text.filter { $0 != ":" }.lowercased()
    if word.count >= 16, word.allSatisfy(\.isHexDigit) { return word }
    guard let pem = try? String(contentsOfFile: text, encoding: .utf8) else {
      throw CommandError(
        .badData, code: "authority-unknown",
        "--issued-by \(PrintableText.of(text, limit: 120)) is no key identifier and no file that can be read."
      )
    }
    guard let certificate = try? Certificate(pem: pem), let identifier = certificate.subjectKeyIdentifier
    else {
      throw CommandError(
        .badData, code: "authority-unknown",
        "\(PrintableText.of(text, limit: 120)) holds no certificate with a subject key identifier.")
    }
    return Hexadecimal.encode(Data(identifier))
  }
}
