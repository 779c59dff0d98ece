import Foundation
import GRDB
import Glibc
import Synchronization

@testable import Station

/// Breaks the disk under a live ledger, and mends it.
final class LedgerSabotage: Sendable {
  private let ledger: Ledger
  private let damage: LedgerRunnerRefusalTests.Damage
  private let pages = Mutex<[Int: Data]>([:])
  private let struck = Atomic(false)

  var hasStruck: Bool { struck.load(ordering: .acquiring) }

  init(_ ledger: Ledger, _ damage: LedgerRunnerRefusalTests.Damage) {
    self.ledger = ledger
    self.damage = damage
  }

  func strike() throws {
    struck.store(true, ordering: .releasing)
    switch damage {
    case .full: try fill()
    case .inputOutput: try failWrites()
    case .readOnly: try ledger.writer.look { try $0.execute(sql: "PRAGMA query_only = ON") }
    case .page: try spoilPages()
    }
  }

  func mend() throws {
    switch damage {
    case .full: try ledger.writer.look { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
    case .inputOutput, .readOnly: try ledger.recover()
    case .page:
      for (page, data) in pages.withLock({ $0 }) { try write(data, page: page) }
      try ledger.recover()
    }
  }

  /// No page can be had any more, and the last one is so full that not the shortest row fits.
  private func fill() throws {
    try ledger.writer.look { database in
      let used = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(used)")
    }
    for length in [390, 100, 0] {
      var isFull = false
      while !isFull {
        do throws(Fault) {
          let text = String(repeating: "x", count: length)
          _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: text))))
        } catch {
          guard error.code == .ledgerFull else { throw error }
          isFull = true
        }
      }
    }
  }

  /// Every descriptor of the log is replaced by one that may only read: pwrite(2) fails, SQLite says SQLITE_IOERR_WRITE.
  private func failWrites() throws {
    let log = ledger.path + "-wal"
    let replacement = open(log, O_RDONLY | O_CLOEXEC)
    defer { close(replacement) }
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      guard let descriptor = Int32(name), descriptor != replacement,
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == log
      else { continue }
      guard dup2(replacement, descriptor) == descriptor else { throw Fault(.ledgerFailed, ["cause": "dup2"]) }
    }
  }

  /// The root of a table that every row of an attempt changes. Everything is moved out of the log first, and the
  /// writer's own copy of the page is dropped.
  private func spoilPages() throws {
    let root = try ledger.writer.look { database in
      try database.checkpoint(.truncate)
      return try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'attempt'") ?? 0
    }
    let data = try Data(contentsOf: URL(filePath: ledger.path))
    let page = root - 1
    pages.withLock { $0[page] = data.subdata(in: page * 4096..<(page + 1) * 4096) }
    try write(Data(repeating: 0xA5, count: 4096), page: page)
    try ledger.writer.look { try $0.execute(sql: "PRAGMA shrink_memory") }
  }

  private func write(_ data: Data, page: Int) throws {
    let handle = try FileHandle(forUpdating: URL(filePath: ledger.path))
    try handle.seek(toOffset: UInt64(page * 4096))
    try handle.write(contentsOf: data)
    try handle.close()
  }
}

/// The ledger, until before its n-th request something happens.
final class SabotagedJournal: Journaling {
  private let ledger: Ledger
  private let number: Int
  private let requests = Atomic(0)
  private let strike: @Sendable () throws -> Void

  init(_ ledger: Ledger, at number: Int, strike: @escaping @Sendable () throws -> Void) {
    self.ledger = ledger
    self.number = number
    self.strike = strike
  }

  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow] {
    if requests.add(1, ordering: .relaxed).newValue == number {
      do { try strike() } catch { throw Fault(.ledgerFailed, ["cause": "sabotage: \(error)"]) }
    }
    return try await ledger.append(request)
  }

  func rows(of hub: HubID) async throws(Fault) -> [JournalRow] { try await ledger.rows(of: hub) }

  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow] {
    try await ledger.rows(after: sequence, limit: limit)
  }
}
