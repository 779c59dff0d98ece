/// How much is logged, and where to.
struct LogSettings: Hashable, Sendable {
  enum Level: String, Hashable, Sendable, CaseIterable {
    case debug, info, notice, warning, error
  }

  var level: Level
  /// nil: standard error, which systemd keeps.
  var file: String?

  /// Where the file says nothing.
  static let usual = LogSettings(level: .notice, file: nil)
}
