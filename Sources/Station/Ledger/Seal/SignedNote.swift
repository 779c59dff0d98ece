import CertForge
import Foundation

/// A text with signatures below it (https://c2sp.org/signed-note).
struct SignedNote: Hashable, Sendable {
  struct Signature: Hashable, Sendable {
    var name: String
    /// The first four bytes say which key it is of; the rest is the signature.
    var bytes: [UInt8]
  }

  /// Ends with a line feed.
  var text: String
  var signatures: [Signature]

  /// A note is a few hundred bytes; a witness adds a line.
  static let longest = 16 << 10

  init(text: String, signatures: [Signature]) {
    self.text = text
    self.signatures = signatures
  }

  /// - Returns: nil unless it is a note with at least one signature.
  init?(_ note: String) {
    guard note.utf8.count <= Self.longest,
      !note.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" }),
      let gap = note.range(of: "\n\n", options: .backwards)
    else { return nil }
    let lines = note[gap.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 2, lines.last == "" else { return nil }
    var signatures: [Signature] = []
    for line in lines.dropLast() {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "\u{2014}", !words[1].isEmpty,
        let bytes = Data(base64Encoded: String(words[2])), bytes.count > 4
      else { return nil }
      signatures.append(Signature(name: String(words[1]), bytes: Array(bytes)))
    }
    self.init(text: String(note[..<gap.lowerBound]) + "\n", signatures: signatures)
  }

  var description: String {
    signatures.reduce(text + "\n") { note, signature in
      note + "\u{2014} \(signature.name) \(Data(signature.bytes).base64EncodedString())\n"
    }
  }

  /// Whether the owner of `key` signed the text. Signatures of others are passed over.
  func isSigned(by key: VerifierKey) -> Bool {
    signatures.contains { signature in
      signature.name == key.name && signature.bytes.prefix(4).elementsEqual(key.identifier)
        && key.key.verify(signature: Array(signature.bytes.dropFirst(4)), of: Array(text.utf8))
    }
  }
}
