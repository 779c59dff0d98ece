import Foundation

/// The writing side of an export: through the Door of a running station, or under the lock without one.
final class ExportWriter {
  let key: SealKey
  private let options: GlobalOptions
  /// nil: a station runs.
  private let ledger: Ledger?

  init(_ options: GlobalOptions) async throws {
    self.options = options
    key = try await options.sealKey()
    let isRunning = try await options.throughDoor(DoorRequest(.status, actor: options.actor)) != nil
    ledger = isRunning ? nil : try await options.writing()
  }

  /// Seals every row that there is.
  ///
  /// - Returns: the row up to which the newest seal goes.
  func seal(_ reader: LedgerReader) async throws -> Int64 {
    if let ledger {
      try await ledger.seal(.export)
    } else {
      _ = try await options.throughDoor(DoorRequest(.seal, actor: options.actor))
    }
    guard let position = try await reader.newestSeal()?.seal.stated?.size else {
      throw Fault(.sealFailed, ["cause": "there is no seal"])
    }
    return position
  }

  func record(_ event: ExportEvent) async throws {
    if let ledger {
      try await ledger.append(JournalDraft(actor: options.actor, entry: .exported(event)))
    } else {
      var request = DoorRequest(.export, actor: options.actor)
      request.exported = event
      _ = try await options.throughDoor(request)
    }
  }

  func close() { try? ledger?.close() }
}
