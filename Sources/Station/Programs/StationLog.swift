import Foundation
import Glibc
import Logging
import Synchronization

/// Where the log goes: a file, else standard error; and nowhere while a wall is drawn on the terminal, for it says the
/// same in better words.
enum StationLog {
  static func start(_ settings: LogSettings, wallIsLive: Bool) {
    let level = Logger.Level(rawValue: settings.level.rawValue) ?? .notice
    let file = settings.file.flatMap(LogFile.open)
    if file == nil, let path = settings.file {
      let cause = String(cString: strerror(errno))
      LogFile.standardError.write(
        "station: the log \(PrintableText.of(path, limit: 200)) cannot be written: \(cause); it goes here instead.\n"
      )
    }
    LoggingSystem.bootstrap { label in
      if file == nil, wallIsLive { return SwiftLogNoOpLogHandler() }
      return LineLogHandler(label: label, level: level, file: file ?? .standardError)
    }
  }
}

/// A file that several tasks append lines to.
final class LogFile: Sendable {
  private let handle: Mutex<FileHandle>

  static let standardError = LogFile(.standardError)

  private init(_ handle: FileHandle) { self.handle = Mutex(handle) }

  static func open(_ path: String) -> LogFile? {
    // Closed to others from its first moment on, whatever the umask. Appending, so that a file that is rotated by
    // copying and truncating it does not grow a hole. Non-blocking, for a FIFO would wait for its reader.
    let descriptor = Glibc.open(
      path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return nil }
    return LogFile(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
  }

  /// A log that cannot be written must not stop a line that can.
  func write(_ line: String) { handle.withLock { try? $0.write(contentsOf: Data(line.utf8)) } }
}

/// One line per message: time, level, label, words, and the metadata as `key=value`.
struct LineLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  private let file: LogFile

  init(label: String, level: Logger.Level, file: LogFile) {
    self.label = label
    logLevel = level
    self.file = file
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    let words = all.sorted { $0.key < $1.key }.map {
      " \($0.key)=\(PrintableText.of("\($0.value)", limit: 400))"
    }
    file.write(
      "\(Timestamp(Date())) \(event.level) \(label): \(PrintableText.of("\(event.message)", limit: 400))\(words.joined())\n"
    )
  }
}
