/// Reads text in rows and cells: CSV as RFC 4180 has it, with what spreadsheets make of it: a byte order mark, CRLF, LF
/// or CR, semicolons or tabs in place of commas, quoted cells that hold separators and line breaks.
struct DelimitedText {
  struct Record: Hashable {
    /// The line that it begins on, from 1.
    var line: Int
    var cells: [String]
  }

  /// A cell that cannot be read.
  struct Problem: Error, Hashable {
    var line: Int
    var text: String
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private var position = 0
  private var line = 1

  init(_ text: String) {
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
    let first = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    separator = first.contains(0x2C) ? 0x2C : first.contains(0x3B) ? 0x3B : first.contains(0x09) ? 0x09 : 0x2C
  }

  /// - Returns: nil at the end. Rows without anything in them are left out.
  mutating func next() throws(Problem) -> Record? {
    while position < bytes.count {
      let start = line
      var cells: [String] = []
      repeat { cells.append(try cell()) } while take(separator)
      endLine()
      if cells != [""] { return Record(line: start, cells: cells) }
    }
    return nil
  }

  private mutating func cell() throws(Problem) -> String {
    guard position < bytes.count, bytes[position] == 0x22 else {
      let start = position
      while position < bytes.count, bytes[position] != separator, !isLineEnd(bytes[position]) {
        position += 1
      }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    let start = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 0x22 {
        guard take(0x22) else {
          guard position == bytes.count || bytes[position] == separator || isLineEnd(bytes[position]) else {
            throw Problem(line: line, text: "goes on behind a closing quote")
          }
          return String(decoding: content, as: UTF8.self)
        }
      } else if byte == 0x0A {
        line += 1
      }
      content.append(byte)
    }
    throw Problem(line: start, text: "opens a quote that is never closed")
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func endLine() {
    let carriageReturn = take(0x0D)
    if take(0x0A) || carriageReturn { line += 1 }
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
