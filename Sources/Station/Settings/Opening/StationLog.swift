import Foundation
import Logging

/// Where the program's log goes: standard error, or the file that the settings name.
enum StationLog {
  /// Once, before the first logger is made.
  ///
  /// - Throws: `settings-invalid` when the file cannot be opened.
  static func start(_ settings: LogSettings) throws(Fault) {
    let level = Logger.Level(rawValue: settings.level.rawValue) ?? .notice
    var file = LogFile(STDERR_FILENO)
    if let path = settings.file {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
      guard descriptor >= 0 else {
        throw Fault(
          .settingsInvalid, ["key": "log.file", "value": path, "cause": String(cString: strerror(errno))])
      }
      file = LogFile(descriptor)
    }
    let used = file
    LoggingSystem.bootstrap { LineLogHandler(label: $0, logLevel: level, file: used) }
  }
}

/// Appends whole lines; a full disk costs lines of the log and nothing else. Open until the process ends.
struct LogFile: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// One write(2), with O_APPEND for a file: lines of two threads do not mix.
  func append(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}
