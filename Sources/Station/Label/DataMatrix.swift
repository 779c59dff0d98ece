import CZint

/// A Data Matrix symbol (ISO/IEC 16022, ECC 200) of 24 by 24 modules: room for any UUID, and of one size whatever it
/// says, so that the dots of a printer divide it.
struct DataMatrix: Hashable, Sendable {
  /// Modules a side, the finder pattern included and the quiet zone not.
  static let size = 24
  /// Which of the standard's squares that is, as libzint counts them: 10, 12 and so on.
  private static let version: CInt = 8

  /// Row by row from the top.
  private let dark: [Bool]

  /// - Parameter text: at most 36 bytes of ASCII.
  /// - Returns: nil for text that does not fit.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    // Of no bytes libzint would look for the end itself.
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 < 0x80 }), let symbol = ZBarcode_Create() else { return nil }
    defer { ZBarcode_Delete(symbol) }
    symbol.pointee.symbology = BARCODE_DATAMATRIX
    symbol.pointee.option_2 = Self.version
    guard ZBarcode_Encode(symbol, bytes, CInt(bytes.count)) == 0,
      symbol.pointee.rows == CInt(Self.size), symbol.pointee.width == CInt(Self.size)
    else { return nil }
    dark = (0..<Self.size * Self.size).map {
      zint_is_dark(symbol, CInt($0 / Self.size), CInt($0 % Self.size)) == 1
    }
  }

  func isDark(row: Int, column: Int) -> Bool { dark[row * Self.size + column] }

  /// An outline for SVG, a unit for a module: one rectangle for each run of a row.
  var outline: String {
    var path = ""
    for row in 0..<Self.size {
      var column = 0
      while column < Self.size {
        let start = column
        while column < Self.size, isDark(row: row, column: column) { column += 1 }
        if column > start { path += "M\(start) \(row)h\(column - start)v1h-\(column - start)z" }
        column += 1
      }
    }
    return path
  }
}
