import Foundation
import Logging
import Synchronization

/// Where the log goes: a file, else standard error; and nowhere while a wall is drawn on the terminal, for it says the
/// same in better words.
enum StationLog {
  static func start(_ settings: LogSettings, wallIsLive: Bool) {
    let level = Logger.Level(rawValue: settings.level.rawValue) ?? .notice
    let file = settings.file.flatMap(LogFile.open)
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
    let manager = FileManager.default
    if !manager.fileExists(atPath: path) {
      guard manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        return nil
      }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else { return nil }
    guard (try? handle.seekToEnd()) != nil else { return nil }
    return LogFile(handle)
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
