import Foundation
import Logging

/// Makes a verified backup of the ledger every few hours, and deletes its own old ones.
///
/// Beside the slots and never in their way: what goes wrong here is a word in the log, in `status` and in `doctor`.
/// Every backup reads the whole chain, so damage that nobody has met yet is found within one period.
actor BackupKeeper {
  private let ledger: String
  private let settings: BackupSettings
  private let folder: BackupFolder
  private let clock: any StationClock
  private let lastRow: @Sendable () async throws(Fault) -> Int64
  private let logger: Logger
  private let thread = BlockingThread(label: "ledger-backup")

  private var state: BackupStatus
  /// What is waited at most: the wall clock may jump, and a folder may be mounted again.
  private static let longestRest = Duration.seconds(300)

  init(
    ledger: String, station: String, settings: BackupSettings, clock: any StationClock,
    lastRow: @escaping @Sendable () async throws(Fault) -> Int64, logger: Logger = Logger(label: "backup")
  ) {
    self.ledger = ledger
    self.settings = settings
    self.clock = clock
    self.lastRow = lastRow
    self.logger = logger
    folder = BackupFolder(path: settings.folder, station: station)
    state = BackupStatus(folder: settings.folder)
  }

  var status: BackupStatus { state }

  /// Until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      let rest = await step()
      do { try await clock.sleep(for: rest) } catch { return }
    }
  }

  /// Makes a backup if one is due.
  ///
  /// - Returns: how long to wait before the next look.
  func step() async -> Duration {
    let now = clock.now()
    do throws(Fault) {
      let (folder, ledger) = (folder, ledger)
      state.newest = try await thread.perform { () throws(Fault) in try folder.own(ledger, limit: 1).last }
      let last = try await lastRow()
      // A newest one from the future tells of a clock that lied, then or now.
      if let newest = state.newest, newest.time <= now, newest.time.advanced(by: settings.every) > now {
        return wait(until: newest.time.advanced(by: settings.every), now: now)
      }
      if let newest = state.newest, newest.row == last {
        return wait(until: now.advanced(by: Self.longestRest), now: now)
      }
      try await make(at: now)
      return wait(until: now.advanced(by: settings.every), now: now)
    } catch {
      if Task.isCancelled { return .zero }
      if state.fault?.code != error.code {
        logger.warning("backup failed", metadata: ["fault": "\(Wording(error).line)"])
      }
      state.fault = error
      state.due = now
      return min(settings.every, Self.longestRest)
    }
  }

  private func make(at now: Timestamp) async throws(Fault) {
    let (ledger, folder, keep) = (ledger, folder, settings.keep)
    let (made, warnings) = try await thread.perform { () throws(Fault) in
      _ = try LedgerBackup.make(
        of: ledger,
        to: .folder(folder.path, station: folder.station, reason: .automatic, time: now))
      return (try folder.own(ledger, limit: 1).last, try folder.retain(keep, of: ledger))
    }
    state.newest = made
    state.warnings = warnings
    for warning in warnings { logger.warning("\(warning)") }
    if state.fault != nil { logger.info("backups go on") }
    state.fault = nil
  }

  private func wait(until due: Timestamp, now: Timestamp) -> Duration {
    state.fault = nil
    state.due = due
    return min(Self.longestRest, .milliseconds(max(1000, due.milliseconds - now.milliseconds)))
  }
}
