import Foundation
import Glibc

/// One line on standard error that is drawn over while work goes on; nothing where that is no terminal.
final class ProgressLine {
  private let isShown: Bool
  private var last = ""

  init(quiet: Bool) { isShown = !quiet && isatty(STDERR_FILENO) == 1 }

  func show(_ text: String) {
    guard isShown, text != last else { return }
    last = text
    FileHandle.standardError.write(Data("\r\u{1B}[K\(PrintableText.of(text, limit: 78))".utf8))
  }

  func clear() {
    guard isShown, !last.isEmpty else { return }
    last = ""
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
