import Foundation

/// Where the wall is drawn.
struct WallOutput: Sendable {
  enum Style: Hashable, Sendable {
    /// A terminal that can move its cursor.
    case live
    /// One line of text per change: pipes, log files, TERM=dumb.
    case lines
    /// One JSON object per change.
    case json
  }

  var style: Style
  var colours: WallColours
  var unicode: Bool
  /// Columns and rows as they are now.
  var size: @Sendable () -> (columns: Int, rows: Int)
  var write: @Sendable (String) -> Void

  /// Standard output.
  static func standard(json: Bool, environment: [String: String] = ProcessInfo.processInfo.environment)
    -> WallOutput
  {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let canMove = isTerminal && environment["TERM"] != nil && environment["TERM"] != "dumb"
    return WallOutput(
      style: json ? .json : canMove ? .live : .lines,
      colours: json ? .none : .chosen(environment: environment, isTerminal: isTerminal),
      unicode: speaksUTF8(environment), size: terminalSize, write: writeToStandardOutput)
  }

  /// The locale as setlocale(3) chooses it: LC_ALL, then LC_CTYPE, then LANG.
  static func speaksUTF8(_ environment: [String: String]) -> Bool {
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let lower = locale.lowercased()
    return lower.contains("utf-8") || lower.contains("utf8")
  }

  @Sendable private static func terminalSize() -> (columns: Int, rows: Int) {
    var size = winsize()
    // A serial console answers 0 by 0: 80 by 24 it is.
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Whoever reads may go away (`station run | head`): the wall is then drawn for nobody, and hubs go on being made.
  @Sendable private static func writeToStandardOutput(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
