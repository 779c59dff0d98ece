import Foundation
import GRDB
import Synchronization
import Testing

@testable import Station

/// A ledger in a folder of its own, gone with this object.
final class ScratchLedger {
  let folder: URL
  let clock: Clock
  var path: String { folder.appending(path: "ledger.sqlite").path() }

  init(folder: URL? = nil) throws {
    self.folder =
      folder ?? FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)/")
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    clock = Clock()
  }

  deinit {
    do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
  }

  func open(station: String = "bench-1", sealer: Sealer? = nil) throws(Fault) -> Ledger {
    try Ledger.open(
      path: path, station: station, clock: clock,
      versions: StationStart(version: "1.0", settings: "defaults"),
      sealer: sealer)
  }

  /// A connection that knows nothing of the ledger's rules, like another program's.
  func stranger() throws -> DatabaseQueue { try DatabaseQueue(path: path) }

  func tamper(_ body: (Database) throws -> Void) throws { try stranger().writeWithoutTransaction(body) }

  /// Advances by a second each time it is asked.
  final class Clock: StationClock {
    private let next = Mutex(Timestamp(milliseconds: 1_790_000_000_000))
    private let word = Mutex(ClockState.synchronised)

    func now() -> Timestamp {
      next.withLock {
        $0.milliseconds += 1000
        return $0
      }
    }
    func set(_ time: Timestamp, _ state: ClockState = .synchronised) {
      next.withLock { $0 = Timestamp(milliseconds: time.milliseconds - 1000) }
      word.withLock { $0 = state }
    }
    func state() -> ClockState { word.withLock { $0 } }
    func uptime() -> Duration { .zero }
    func sleep(for duration: Duration) async throws(CancellationError) {}
  }

  /// The same numbers for the same seed (SplitMix64).
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  static func hub(_ number: Int) -> HubID {
    let digits = String(number)
    return HubID("00000000-0000-5000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
  }

  static func identified(
    _ number: Int, serial: String? = nil, mac: String? = nil, firmware: String? = "1.2.3"
  )
    -> JournalEntry
  {
    .done(
      .identified(
        Identification(
          serial: SerialNumber(normalised: serial ?? "SPK\(10_000_000 + number)"), model: "HUB-2", mac: mac,
          firmware: firmware, heldCertificate: nil, proof: nil, heldIsTrusted: false)))
  }

  static func certificate(_ number: Int) -> String {
    String(repeating: "0", count: 56) + String(format: "%08x", number)
  }

  static func passed(_ hub: Int, certificate number: Int) -> JournalEntry {
    .done(
      .passed(
        Evidence.Passed(certificate: certificate(number), thing: Self.hub(hub).text, milliseconds: 1)))
  }

  static func owed(_ hub: Int, certificate number: Int) -> [OutboxIntent] {
    [EffectKind.registerCertificate, .createThing, .provisionHub].enumerated().map { order, kind in
      OutboxIntent(
        entry: "entry-\(hub)-\(number)-\(order)",
        effect: Effect(
          kind,
          .sample(Self.hub(hub), serial: "SPK\(10_000_000 + hub)", certificate: certificate(number)),
          der: Data([1, 2, 3])))
    }
  }

  static func draft(_ hub: Int?, attempt: Int? = nil, slot: String = "A1", _ entry: JournalEntry)
    -> JournalDraft
  {
    JournalDraft(
      actor: "anna", slot: SlotName(slot), attempt: attempt.map { AttemptID(text: "attempt-\($0)") },
      hub: hub.map(Self.hub), firmware: nil, entry: entry)
  }

  /// Holds the writer between two transactions until `release`, so that requests pile up.
  final class Hold: Sendable {
    private let go = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(_ ledger: Ledger) {
      let held = DispatchSemaphore(value: 0)
      let thread = Thread { [go, done] in
        do {
          try ledger.writer.look { _ in
            held.signal()
            go.wait()
          }
        } catch { Issue.record(error) }
        done.signal()
      }
      thread.start()
      held.wait()
    }

    func release() {
      go.signal()
      done.wait()
    }
  }
}
