/// What was heard from a console: cut into lines, with an excerpt for error messages. Bounded, whatever the hub sends.
struct ConsoleTranscript: Sendable {
  /// A longer line is none of ours: our longest is a marker with a checksum. It is cut, never kept whole.
  static let longestLine = 512
  private static let longestTail = 1024

  private var text = ConsoleText()
  /// The line that has not ended yet: this is where a prompt stands.
  private(set) var openLine: [UInt8] = []
  private var tail: [UInt8] = []
  private var remarked: [UInt8] = []
  /// A secret was sent: what is heard may repeat it.
  private var isHushed = false
  /// Raw bytes since `forget()`, noise included.
  private(set) var heard = 0

  /// Takes the next bytes of the stream, however it was split.
  ///
  /// - Returns: the lines that ended in them, without their line ends.
  mutating func hear(_ bytes: [UInt8]) -> [[UInt8]] {
    heard += bytes.count
    var lines: [[UInt8]] = []
    let cleaned = text.clean(bytes)
    for byte in cleaned {
      if byte == Ascii.newline {
        lines.append(openLine)
        openLine.removeAll(keepingCapacity: true)
      } else if openLine.count < Self.longestLine {
        openLine.append(byte)
      } else {
        // The prompt of a hub that never ends its lines stands at their end.
        openLine.removeFirst(Self.longestLine / 2)
        openLine.append(byte)
      }
    }
    tail += cleaned.suffix(Self.longestTail)
    if tail.count > Self.longestTail { tail.removeFirst(tail.count - Self.longestTail) }
    return lines
  }

  /// The open line was answered: what is heard next belongs to another, whether or not the hub ends it.
  mutating func endOpenLine() { openLine = [] }

  /// Keeps a line that was none of the expected: what a command says on standard error.
  mutating func remark(_ line: [UInt8]) {
    guard !line.isEmpty else { return }
    remarked += line + [Ascii.newline]
    if remarked.count > Self.longestTail { remarked.removeFirst(remarked.count - Self.longestTail) }
  }

  /// The lines remarked since `forget()`: printable ASCII, at most 80 characters; nothing after `hush()`.
  var remarks: String { isHushed ? "" : Self.printable(remarked) }

  /// Whether a line remarked since `forget()` has these words, in upper or lower case: to judge by, not to tell.
  func hasRemarked(_ words: String) -> Bool {
    String(decoding: remarked, as: UTF8.self).lowercased().contains(words)
  }

  /// From here on what is heard is judged and counted, and never told: a hub that echoes would write the secret into an
  /// error, and an error into the ledger.
  mutating func hush() { isHushed = true }

  /// Begins a new excerpt and a new count; the open line stays.
  mutating func forget() {
    tail = []
    remarked = []
    isHushed = false
    heard = 0
  }

  /// The last words heard: printable ASCII, at most 80 characters; nothing after `hush()`.
  var excerpt: String { isHushed ? "" : Self.printable(tail) }

  /// Whether the last 48 printable characters have these words, in upper or lower case.
  func justSaid(_ words: String) -> Bool {
    Self.printable(tail).suffix(48).lowercased().contains(words.lowercased())
  }

  /// Whether `words` were heard since `forget()`, in upper or lower case.
  func contains(_ words: String) -> Bool {
    String(decoding: tail, as: UTF8.self).lowercased().contains(words.lowercased())
  }

  /// Whether the open line ends with `words`, whatever blanks follow.
  func openLineEnds(with words: String) -> Bool {
    let line = String(decoding: openLine, as: UTF8.self).lowercased()
    func withoutBlanks(_ text: String) -> Substring {
      text.lastIndex { $0 != " " && $0 != "\t" }.map { text[...$0] } ?? ""
    }
    return withoutBlanks(line).hasSuffix(withoutBlanks(words.lowercased()))
  }

  /// The last 80 printable characters of `bytes`; line ends become blanks, everything else is left out.
  static func printable(_ bytes: some BidirectionalCollection<UInt8>) -> String {
    var words: [UInt8] = []
    for byte in bytes {
      if byte == Ascii.newline || byte == Ascii.space || byte == Ascii.tab {
        if let last = words.last, last != Ascii.space { words.append(Ascii.space) }
      } else if (0x21...0x7E).contains(byte) {
        words.append(byte)
      }
    }
    if words.last == Ascii.space { words.removeLast() }
    return String(decoding: words.suffix(80), as: UTF8.self)
  }
}
