/// Where the bits of the codewords go (ISO/IEC 16022, annex F): each codeword is a shape of eight modules, laid along
/// diagonals, and what leaves the square on one side comes in on the other.
struct DataMatrixPlacement {
  /// Modules a side, without the finder pattern.
  let side: Int
  /// Bit 1 (the highest) to 8 of a codeword, as rows and columns from the last one.
  private static let shape = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)]

  private struct Bit {
    var codeword: Int
    var mask: UInt8
  }

  /// Row by row: whether the module is dark.
  func modules(_ codewords: [UInt8]) -> [Bool] {
    var grid = [Bit?](repeating: nil, count: side * side)
    place(&grid)
    var modules = grid.map { bit in
      bit.map { $0.codeword < codewords.count && codewords[$0.codeword] & $0.mask != 0 } ?? false
    }
    // Two modules are nobody's where four do not divide the side: the corner and its neighbour across are dark.
    if grid[side * side - 1] == nil {
      modules[side * side - 1] = true
      modules[side * side - side - 2] = true
    }
    return modules
  }

  private func place(_ grid: inout [Bit?]) {
    var (row, column, codeword) = (4, 0, 0)
    func isFree(_ grid: [Bit?]) -> Bool {
      (0..<side).contains(row) && (0..<side).contains(column) && grid[row * side + column] == nil
    }
    repeat {
      if let corner = corner(row, column) {
        put(corner, codeword, &grid)
        codeword += 1
      }
      repeat {
        if isFree(grid) {
          put(Self.shape.map { (row + $0.0, column + $0.1) }, codeword, &grid)
          codeword += 1
        }
        row -= 2
        column += 2
      } while row >= 0 && column < side
      row += 1
      column += 3
      repeat {
        if isFree(grid) {
          put(Self.shape.map { (row + $0.0, column + $0.1) }, codeword, &grid)
          codeword += 1
        }
        row += 2
        column -= 2
      } while row < side && column >= 0
      row += 3
      column += 1
    } while row < side || column < side
  }

  /// The four shapes that are cut by a corner of the square.
  private func corner(_ row: Int, _ column: Int) -> [(Int, Int)]? {
    let last = side - 1
    switch (row, column) {
    case (side, 0):
      return [
        (last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
      ]
    case (side - 2, 0) where side % 8 == 4:
      return [
        (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
      ]
    case (side - 2, 0) where side % 4 != 0:
      return [
        (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 3), (0, last - 2), (0, last - 1), (0, last),
        (1, last),
      ]
    case (side + 4, 2) where side % 8 == 0:
      return [
        (last, 0), (last, last), (0, last - 2), (0, last - 1), (0, last), (1, last - 2), (1, last - 1),
        (1, last),
      ]
    default: return nil
    }
  }

  private func put(_ places: [(Int, Int)], _ codeword: Int, _ grid: inout [Bit?]) {
    for (index, place) in places.enumerated() {
      var (row, column) = place
      if row < 0 {
        row += side
        column += 4 - (side + 4) % 8
      }
      if column < 0 {
        column += side
        row += 4 - (side + 4) % 8
      }
      grid[row * side + column] = Bit(codeword: codeword, mask: 0x80 >> UInt8(index))
    }
  }
}
