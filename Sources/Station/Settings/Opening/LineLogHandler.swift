import Foundation
import Logging

/// One line per event: time, level, label, message, values. A hub's words in it cannot look like lines of the log.
struct LineLogHandler: LogHandler {
  var label: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let file: LogFile

  init(label: String, logLevel: Logger.Level, file: LogFile) {
    self.label = label
    self.logLevel = logLevel
    self.file = file
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var values = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error { values["error"] = "\(error)" }
    file.append(
      Self.line(
        Timestamp(Date()), event.level, label, "\(event.message)", values.mapValues { "\($0)" }))
  }

  static func line(
    _ time: Timestamp, _ level: Logger.Level, _ label: String, _ message: String, _ values: [String: String]
  ) -> String {
    var text = "\(time) \(level.rawValue) \(label): \(PrintableText.of(message, limit: 4096))"
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      text += " \(key)=\(PrintableText.of(value, limit: 1024))"
    }
    return text
  }
}
