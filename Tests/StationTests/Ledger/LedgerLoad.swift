import Synchronization

@testable import Station

/// Slots that write rows as fast as they are taken, until they are told to end.
final class LedgerLoad: Sendable {
  private let goOn = Atomic(true)
  private let rows = Atomic(0)
  private let slots = Mutex<[Task<Void, any Error>]>([])

  var written: Int { rows.load(ordering: .relaxed) }

  init(_ ledger: Ledger, slots count: Int) {
    let filler = String(repeating: "x", count: 390)
    let fault = Fault(.checkOutside, ["a": filler, "b": filler, "c": filler])
    let tasks = (0..<count).map { slot in
      Task { [self] in
        while goOn.load(ordering: .acquiring) {
          _ = try await ledger.append(
            ScratchLedger.draft(slot, .failed(.check, fault)))
          rows.add(1, ordering: .relaxed)
        }
      }
    }
    slots.withLock { $0 = tasks }
  }

  func end() async throws {
    goOn.store(false, ordering: .releasing)
    for slot in slots.withLock({ $0 }) { try await slot.value }
  }
}
