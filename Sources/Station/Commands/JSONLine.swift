import Foundation

/// One line of JSON with sorted keys.
enum JSONLine {
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // What is printed is made of plain fields and always encodes; a number that is none would be a fault of ours.
    guard let data = try? encoder.encode(value) else { return #"{"error":{"code":"not-encodable"}}"# }
    return String(decoding: data, as: UTF8.self)
  }
}
