internal import Foundation

/// Textual encodings (RFC 7468) of public things. Private keys never pass through here: see `PrivateKey.withPEM`.
public enum PEM {
  /// One block of a text.
  public struct Block: Hashable, Sendable {
    /// What stands after BEGIN, such as CERTIFICATE.
    public let label: String
    /// What the base64 between the lines says.
    public let bytes: [UInt8]
  }

  /// `bytes` as one block, lines of 64 characters, a line end at the end.
  public static func encode(_ bytes: [UInt8], label: String) -> String {
    let text = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
  }

  /// The only block of `text`, which must bear one of `labels`. Throws `pemTooLarge` beyond `limit` characters (UTF-8).
  public static func decode(
    _ text: String, labels: Set<String>, limit: Int
  ) throws(CertForgeError) -> [UInt8] {
    let blocks = try blocks(in: text, limit: limit)
    let wanted = labels.sorted().joined(separator: " or ")
    guard blocks.count == 1, let block = blocks.first else {
      throw malformed("it holds \(blocks.count) blocks", hint: "exactly one block is expected: \(wanted)")
    }
    guard labels.contains(block.label) else {
      throw malformed("it is a \(block.label)", hint: "expected: \(wanted)")
    }
    return block.bytes
  }

  /// All blocks in their order. Text outside of blocks is passed over (RFC 7468 section 2); inside, only base64 may stand:
  /// the headers of the old encrypted form are refused.
  public static func blocks(in text: String, limit: Int) throws(CertForgeError) -> [Block] {
    guard text.utf8.count <= limit else {
      throw CertForgeError(.pemTooLarge, values: ["characters": "\(text.utf8.count)", "limit": "\(limit)"])
    }
    var blocks: [Block] = []
    var label: String?
    var body = ""
    for line in text.split(whereSeparator: \.isNewline).map({ trimmed($0) }) {
      if let begun = boundary("BEGIN", in: line) {
        guard label == nil else { throw malformed("a BEGIN inside of a block") }
        label = begun
        body = ""
      } else if let ended = boundary("END", in: line) {
        guard ended == label else { throw malformed("an END without its BEGIN") }
        guard let data = Data(base64Encoded: body), !data.isEmpty else { throw malformed("no base64 inside") }
        blocks.append(Block(label: ended, bytes: Array(data)))
        label = nil
      } else if label != nil {
        body += line
      }
    }
    guard label == nil else { throw malformed("the END is missing") }
    return blocks
  }

  private static func trimmed(_ line: Substring) -> Substring {
    guard let first = line.firstIndex(where: { !$0.isWhitespace }),
      let last = line.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return line[first...last]
  }

  private static func boundary(_ word: String, in line: Substring) -> String? {
    let prefix = "-----\(word) "
    guard line.hasPrefix(prefix), line.hasSuffix("-----"), line.count > prefix.count + 5 else { return nil }
    let label = line.dropFirst(prefix.count).dropLast(5)
    return label.utf8.count <= 64 && label.allSatisfy(isLabel) ? String(label) : nil
  }

  private static func isLabel(_ character: Character) -> Bool {
    character == " " || character.isASCII && (character.isUppercase || character.isNumber)
  }

  private static func malformed(_ cause: String, hint: String? = nil) -> CertForgeError {
    CertForgeError(.pemMalformed, cause: cause, hint: hint)
  }
}
