import CertForge

/// Writes one value into a table or a line of JSON, byte by byte: an export has millions of them.
enum CellText {
  static let quote = UInt8(ascii: "\"")

  /// A cell as RFC 4180 has it.
  static func table(
    _ value: UnsafeRawBufferPointer, delimiter: UInt8, quotesAll: Bool, prefixesFormulas: Bool,
    to output: inout [UInt8]
  ) {
    let isFormula = prefixesFormulas && startsFormula(value)
    var needsQuotes = quotesAll
    if !needsQuotes {
      for byte in value where byte == delimiter || byte == quote || byte == 0x0A || byte == 0x0D {
        needsQuotes = true
        break
      }
    }
    guard needsQuotes else {
      if isFormula { output.append(UInt8(ascii: "'")) }
      output.append(contentsOf: value)
      return
    }
    output.append(quote)
    if isFormula { output.append(UInt8(ascii: "'")) }
    for byte in value {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }

  /// Whether a spreadsheet would compute it: = + - @, TAB and CR, and the full-width forms of the first four.
  static func startsFormula(_ value: UnsafeRawBufferPointer) -> Bool {
    guard let first = value.first else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D, 0x0A:
      return true
    case 0xEF where value.count >= 3 && value[1] == 0xBC: return [0x9D, 0x8B, 0x8D, 0xA0].contains(value[2])
    default: return false
    }
  }

  /// A JSON string (RFC 8259 section 7) of valid UTF-8.
  static func json(_ value: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    output.append(quote)
    var written = 0
    for (place, byte) in value.enumerated() where byte < 0x20 || byte == quote || byte == UInt8(ascii: "\\") {
      output.append(contentsOf: value[written..<place])
      written = place + 1
      switch byte {
      case 0x0A: output.append(contentsOf: "\\n".utf8)
      case 0x00..<0x20: output.append(contentsOf: "\\u00\(Hexadecimal.encode([byte]))".utf8)
      default: output.append(contentsOf: [UInt8(ascii: "\\"), byte])
      }
    }
    output.append(contentsOf: value[written...])
    output.append(quote)
  }

  static func json(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { json(UnsafeRawBufferPointer($0), to: &output) }
  }

  /// From the ledger's form, lower case with colons.
  static func mac(_ value: UnsafeRawBufferPointer, as form: ExportProfile.MACForm) -> [UInt8] {
    let separator: UInt8? =
      switch form {
      case .colonLower, .colonUpper: UInt8(ascii: ":")
      case .hyphenLower, .hyphenUpper: UInt8(ascii: "-")
      case .bareLower, .bareUpper: nil
      }
    let isUpper = [.colonUpper, .hyphenUpper, .bareUpper].contains(form)
    var bytes: [UInt8] = []
    for byte in value {
      if byte == UInt8(ascii: ":") {
        if let separator { bytes.append(separator) }
      } else {
        bytes.append(isUpper && (0x61...0x66).contains(byte) ? byte - 0x20 : byte)
      }
    }
    return bytes
  }
}
