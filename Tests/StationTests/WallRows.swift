import Foundation

@testable import Station

/// Rows as a ledger would have them, for tests of what is built from rows.
struct WallRows {
  private(set) var rows: [JournalRow] = []
  var time = Timestamp(milliseconds: 1_795_224_303_000)

  mutating func add(
    _ entry: JournalEntry, slot: String? = nil, attempt: String? = nil, hub: HubID? = nil,
    after seconds: Int64 = 1
  ) {
    time.milliseconds += seconds * 1000
    rows.append(
      JournalRow(
        sequence: Int64(rows.count + 1), time: time, clock: .synchronised, station: "line-1",
        actor: "station",
        slot: slot.flatMap { SlotName($0) }, attempt: attempt.map { AttemptID(text: $0) }, hub: hub,
        kind: entry.kind, body: (try? entry.body()) ?? Data(), versions: "{}", previousHash: Data(),
        hash: Data()))
  }

  static func hub(_ number: Int) -> HubID {
    HubID("90799d3e-b623-5a59-b2aa-\(String(format: "%012d", number))") ?? HubID(UUID())
  }

  static func identification(_ serial: String, model: String = "HUB-2") -> Identification {
    Identification(serial: SerialNumber(normalised: serial), model: model, heldIsTrusted: false)
  }

  /// Opened and identified.
  mutating func identify(_ slot: String, number: Int, serial: String) {
    let attempt = "attempt-\(number)"
    add(.opened(device: "/dev/ttyUSB\(number)"), slot: slot, attempt: attempt)
    add(.done(.identified(Self.identification(serial))), slot: slot, attempt: attempt, hub: Self.hub(number))
  }

  /// The whole way to a pass, with one entry owed.
  mutating func pass(_ slot: String, number: Int, serial: String) {
    identify(slot, number: number, serial: serial)
    let (attempt, hub) = ("attempt-\(number)", Self.hub(number))
    let passed = Evidence.Passed(certificate: "ab", thing: hub.text, milliseconds: 9)
    add(.done(.passed(passed)), slot: slot, attempt: attempt, hub: hub)
    let intent = OutboxIntent(
      entry: "entry-\(number)", effect: .registerCertificate(.sample(hub, serial: serial), der: Data()))
    add(.owed(intent), slot: slot, attempt: attempt, hub: hub)
    add(.closed(.passed, nil), slot: slot, attempt: attempt, hub: hub)
  }
}
