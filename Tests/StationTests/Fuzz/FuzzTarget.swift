import Foundation

@testable import Station

/// A reader of bytes from outside, and what must hold whatever the bytes are.
struct FuzzTarget: Sendable {
  /// What was not as it must be.
  struct Violation: Error, CustomStringConvertible {
    var description: String
  }

  var name: String
  /// Good inputs, to mutate.
  var samples: [[UInt8]]
  /// Words of the format, that a mutation would find only late.
  var words: [String] = []
  /// So many inputs in the short form: few where one takes long.
  var inputs = 300
  /// Reads, and throws a `Violation`. Everything that the reader itself throws is its right.
  var check: @Sendable ([UInt8]) throws -> Void

  static func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw Violation(description: what()) }
  }

  /// What a fault may be, whatever it was made from: bounded, and its words fit for a terminal.
  static func require(_ fault: Fault) throws {
    for (name, value) in fault.values {
      try require(
        value.unicodeScalars.count <= Fault.longestValue,
        "\(fault.code) \(name) has \(value.unicodeScalars.count) scalars")
    }
    let wording = Wording(fault)
    for text in [wording.sentence, wording.hint] { try requirePrintable(text, limit: Wording.longest) }
  }

  /// No control characters, no bidirectional tricks, no longer than `limit`.
  static func requirePrintable(_ text: String, limit: Int) throws {
    try require(text.unicodeScalars.count <= limit, "\(text.unicodeScalars.count) scalars, not \(limit)")
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        throw Violation(description: "U+\(String(scalar.value, radix: 16)) in \(text.debugDescription)")
      default: continue
      }
    }
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
