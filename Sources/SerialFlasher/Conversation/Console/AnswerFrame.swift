import Foundation

/// One answer of the hub, between two lines that nothing else can print.
///
///     Baaaabbbb            begin: the two random words joined by the hub; the command held them apart,
///     SGVsbG8gMA==         so the echo of the command is never taken for it
///     Ebbbbaaaa 9f86d0…    end, printed twice: a kernel line may break one of them
///
/// The body is base64 of what the command printed, a blank and its exit status. The checksum is the hub's own, over the
/// base64 text as the hub had it: a line of the kernel in the middle is noticed, and the question asked again.
struct AnswerFrame: Sendable {
  /// What became of the question.
  enum Outcome: Equatable, Sendable {
    case answer(Answer)
    /// Some of it was lost or something came between: ask again.
    case damaged
    /// The hub has more to say than the question allows.
    case tooLong
    /// The hub did not take the command, for it did not arrive whole: ask again.
    case notTaken
  }

  struct Answer: Equatable, Sendable {
    var output: [UInt8]
    var status: Int
  }

  private let begin: [UInt8]
  private let end: [UInt8]
  private let notTaken: [UInt8]
  private let limit: Int
  private var body: [UInt8]?

  /// - Parameters:
  ///   - notTaken: the line by which the hub says that a command did not arrive whole.
  ///   - limit: bytes of output that are allowed.
  init(_ first: String, _ second: String, notTaken: String, limit: Int) {
    begin = Array("B\(first)\(second)".utf8)
    end = Array("E\(second)\(first) ".utf8)
    self.notTaken = Array(notTaken.utf8)
    self.limit = limit
  }

  /// Whether the lines heard now are part of the answer.
  var isInside: Bool { body != nil }

  /// Room for the blank and the status, and one byte more by which "too long" is seen.
  static func allowance(for limit: Int) -> Int { limit + 8 }

  /// Takes the next line heard.
  mutating func hear(_ line: [UInt8]) -> Outcome? {
    if line == begin {
      body = []
      return nil
    }
    if line == notTaken { return .notTaken }
    if line.starts(with: end) { return finish(checksum: line.dropFirst(end.count)) }
    guard var text = body, !line.isEmpty, line.allSatisfy(Ascii.isBase64) else { return nil }
    if !text.isEmpty { text.append(Ascii.newline) }
    text += line
    // A kernel's line of letters only would be kept and found out by the checksum; endless ones are cut off here.
    if text.count > Self.allowance(for: limit) * 2 + 256 { return .damaged }
    body = text
    return nil
  }

  private func finish(checksum: ArraySlice<UInt8>) -> Outcome {
    guard let text = body, SHA256Digest.hex(of: text).utf8.elementsEqual(checksum),
      let decoded = Data(base64Encoded: Data(text.filter { $0 != Ascii.newline }))
    else { return .damaged }
    if decoded.count >= Self.allowance(for: limit) { return .tooLong }
    guard let blank = decoded.lastIndex(of: Ascii.space),
      let status = Int(String(decoding: decoded[(blank + 1)...], as: UTF8.self))
    else { return .damaged }
    let output = [UInt8](decoded[..<blank])
    return output.count > limit ? .tooLong : .answer(Answer(output: output, status: status))
  }
}
