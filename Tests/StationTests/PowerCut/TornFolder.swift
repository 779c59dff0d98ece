import Foundation
import TearingStorage

/// The folder of a ledger whose disk forgets what was not synced when the power goes.
final class TornFolder {
  let path: String
  private let power: PowerSwitch

  var ledger: String { "\(path)/ledger.sqlite" }

  /// - Parameter original: a folder whose files it begins with.
  init(in place: String, copying original: String?, power: PowerSwitch) throws {
    path = "\(place)/\(UUID().uuidString)"
    self.power = power
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    if let original {
      for name in try FileManager.default.contentsOfDirectory(atPath: original)
      where !name.hasSuffix(".lock") && !name.hasSuffix("-shm") {
        try FileManager.default.copyItem(atPath: "\(original)/\(name)", toPath: "\(path)/\(name)")
      }
    }
    let asked = Unmanaged.passUnretained(power).toOpaque()
    let result = tearing_watch(
      path, { Unmanaged<PowerSwitch>.fromOpaque($0!).takeUnretainedValue().boundary(.disk) }, asked)
    guard result == 0 else { throw CocoaError(.featureUnsupported) }
  }

  /// The log is not synced at a commit: what PRAGMA synchronous = NORMAL does.
  func forgetLogSyncs() { tearing_forget_log_syncs(path) }

  /// From so many writes, truncations and syncs on, the disk refuses them all; 0: it is well again.
  func fail(in operations: Int) { tearing_fail(path, Int32(operations)) }

  /// What is left on the disk, in a folder of its own; this one is gone. Every connection must be closed.
  func salvage(_ loss: PowerLoss, seed: UInt64) throws -> String {
    tearing_power_off(path)
    let left = path + ".left"
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    let kind =
      switch loss {
      case .nothing: tearing_loses_nothing
      case .unsynced: tearing_loses_unsynced
      case .torn: tearing_tears_unsynced
      }
    let result = tearing_salvage(path, left, kind, seed)
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: result) ?? .EIO) }
    try FileManager.default.removeItem(atPath: path)
    return left
  }

  enum PowerLoss: CaseIterable, Sendable {
    /// The process was killed.
    case nothing
    case unsynced
    case torn
  }
}
