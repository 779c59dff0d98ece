/// How many units of a lot are looked at, and how many may be bad: ISO 2859-1:1999, single sampling, normal inspection,
/// general inspection level II (tables 1 and 2-A).
struct SamplingPlan: Hashable, Sendable, Codable {
  /// The acceptable quality limit, percent nonconforming, as it is written: `1.0`.
  var aql: String
  var lot: Int
  /// After arrows were followed.
  var letter: String
  /// Units to look at; the whole lot where it has no more.
  var sample: Int
  /// The lot is accepted with so many bad ones at most…
  var accept: Int
  /// …and rejected from here.
  var reject: Int

  /// The preferred series, up to the last that is a percentage.
  static let limits = [
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5",
    "4.0", "6.5", "10",
  ]

  private static let letters = Array("ABCDEFGHJKLMNPQR").map(String.init)
  private static let sizes = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000]
  /// The largest lot of each letter, level II; above the last one it is Q.
  private static let lots = [
    8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000,
  ]
  /// Acceptance numbers along the diagonals of table 2-A, from the one of number 1 on.
  private static let numbers = [1, 2, 3, 5, 7, 10, 14, 21]
  private static let zeroDiagonal = 14

  /// - Parameters:
  ///   - aql: one of `limits`, however its zeros are written.
  ///   - lot: at least 2 units.
  /// - Returns: nil for another limit, or a smaller lot.
  init?(aql: String, lot: Int) {
    guard let wanted = Double(aql), lot >= 2,
      let column = Self.limits.firstIndex(where: { Double($0) == wanted })
    else { return nil }
    let row = Self.lots.firstIndex { lot <= $0 } ?? Self.lots.count
    // Table 2-A is made of diagonals: one number for each sum of row and column, and arrows between and beside them.
    let diagonal = row + column
    let first = Self.zeroDiagonal + 3
    let last = first + Self.numbers.count - 1
    let (found, accept): (Int, Int) =
      switch diagonal {
      case ...Self.zeroDiagonal: (row + Self.zeroDiagonal - diagonal, 0)
      // An arrow up, save in the first row, which has none above it.
      case Self.zeroDiagonal + 1: row == 0 ? (2, 1) : (row - 1, 0)
      case Self.zeroDiagonal + 2: (row + 1, 1)
      case first...last: (row, Self.numbers[diagonal - first])
      default: (row - (diagonal - last), Self.numbers[Self.numbers.count - 1])
      }
    self.aql = Self.limits[column]
    self.lot = lot
    letter = Self.letters[found]
    sample = min(Self.sizes[found], lot)
    self.accept = accept
    reject = accept + 1
  }
}
