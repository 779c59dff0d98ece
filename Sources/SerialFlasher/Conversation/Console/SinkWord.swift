/// What the hub says while a file goes into it. Every word is printed twice, for a kernel line may break one of them.
enum SinkWord: Equatable, Sendable {
  /// Printed by the reader inside the opened sink: from here on data may be sent.
  case opened
  /// So many lines have been read since the sink was opened.
  case taken(Int)
  /// The sink has closed, with the status of the command that wrote the file.
  case closed(status: Int)
  /// The command did not arrive whole and was not run.
  case notTaken

  /// Reads one line heard from a sink that was given the words `first` and `second`.
  init?(_ line: [UInt8], _ first: String, _ second: String, notTaken: String) {
    let words = String(decoding: line, as: UTF8.self)
    if words == "O\(first)\(second)" {
      self = .opened
    } else if words == notTaken {
      self = .notTaken
    } else if let count = Self.number(in: words, after: "A\(first)\(second) ") {
      self = .taken(count)
    } else if let status = Self.number(in: words, after: "D\(second)\(first) ") {
      self = .closed(status: status)
    } else {
      return nil
    }
  }

  private static func number(in words: String, after prefix: String) -> Int? {
    words.hasPrefix(prefix) ? Int(words.dropFirst(prefix.count)) : nil
  }
}
