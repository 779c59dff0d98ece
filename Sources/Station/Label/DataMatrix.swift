/// A Data Matrix symbol (ISO/IEC 16022, ECC 200) of a short ASCII text: a square of dark and light modules.
///
/// One region, one block, the ASCII encodation with pairs of digits: enough for a serial number or a UUID.
struct DataMatrix: Hashable, Sendable {
  /// Modules a side, the finder pattern included and the quiet zone not.
  let size: Int
  /// Row by row from the top.
  private var dark: [Bool]

  /// Side, codewords of data, codewords of error correction (ISO/IEC 16022, table 7).
  private static let sizes = [
    (10, 3, 5), (12, 5, 7), (14, 8, 10), (16, 12, 12), (18, 18, 14), (20, 22, 18), (22, 30, 20), (24, 36, 24),
    (26, 44, 28),
  ]

  /// - Returns: nil for text that is not ASCII, or longer than the largest of these symbols holds.
  init?(_ text: String) {
    guard var codewords = Self.encoded(text),
      let (size, room, correction) = Self.sizes.first(where: { codewords.count <= $0.1 })
    else { return nil }
    Self.pad(&codewords, to: room)
    codewords += ReedSolomon.correction(of: codewords, count: correction)
    self.size = size
    dark = Array(repeating: false, count: size * size)
    let inner = DataMatrixPlacement(side: size - 2).modules(codewords)
    for row in 0..<size {
      for column in 0..<size {
        dark[row * size + column] =
          switch (row, column) {
          case (_, 0), (size - 1, _): true
          case (0, _): column % 2 == 0
          case (_, size - 1): row % 2 == 1
          default: inner[(row - 1) * (size - 2) + column - 1]
          }
      }
    }
  }

  func isDark(row: Int, column: Int) -> Bool { dark[row * size + column] }

  /// An outline for SVG, a unit for a module: one rectangle for each run of a row.
  var outline: String {
    var path = ""
    for row in 0..<size {
      var column = 0
      while column < size {
        let start = column
        while column < size, isDark(row: row, column: column) { column += 1 }
        if column > start { path += "M\(start) \(row)h\(column - start)v1h-\(column - start)z" }
        column += 1
      }
    }
    return path
  }

  /// A pair of digits is one codeword, any other character one more than its code.
  private static func encoded(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    func digit(_ index: Int) -> UInt8? {
      index < bytes.count && (0x30...0x39).contains(bytes[index]) ? bytes[index] - 0x30 : nil
    }
    var codewords: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let tens = digit(index), let ones = digit(index + 1) {
        codewords.append(130 + tens * 10 + ones)
        index += 2
      } else {
        codewords.append(bytes[index] + 1)
        index += 1
      }
    }
    return codewords
  }

  /// The end of the text, and then words that make no pattern (5.2.4.3).
  private static func pad(_ codewords: inout [UInt8], to room: Int) {
    guard codewords.count < room else { return }
    codewords.append(129)
    while codewords.count < room {
      let word = 129 + (149 * (codewords.count + 1)) % 253 + 1
      codewords.append(UInt8(word > 254 ? word - 254 : word))
    }
  }
}

/// Reed-Solomon over GF(256) with the polynomial x^8 + x^5 + x^3 + x^2 + 1, as Data Matrix has it.
private enum ReedSolomon {
  private static let powers: [Int] = {
    var powers = [1]
    for _ in 1..<255 {
      let next = powers[powers.count - 1] * 2
      powers.append(next > 255 ? next ^ 0x12D : next)
    }
    return powers
  }()

  private static let logarithms: [Int] = {
    var logarithms = [Int](repeating: 0, count: 256)
    for (exponent, power) in powers.enumerated() { logarithms[power] = exponent }
    return logarithms
  }()

  private static func product(_ left: Int, _ right: Int) -> Int {
    left == 0 || right == 0 ? 0 : powers[(logarithms[left] + logarithms[right]) % 255]
  }

  static func correction(of data: [UInt8], count: Int) -> [UInt8] {
    // The generator's roots are 2^1 to 2^count; highest power first.
    var generator = [1]
    for exponent in 1...count {
      var next = generator + [0]
      for (index, factor) in generator.enumerated() { next[index + 1] ^= product(factor, powers[exponent]) }
      generator = next
    }
    var rest = [Int](repeating: 0, count: count)
    for word in data {
      let factor = rest.removeFirst() ^ Int(word)
      rest.append(0)
      for index in 0..<count { rest[index] ^= product(factor, generator[index + 1]) }
    }
    return rest.map { UInt8($0) }
  }
}
