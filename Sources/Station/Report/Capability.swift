import Foundation

/// How well a named value keeps inside its limits. Every reading counts, that of a failed check too.
///
/// Cpk = the smaller of (high - mean) and (mean - low), over three sample standard deviations (n - 1); with one limit, that
/// side alone. All readings of the report together, so strictly it is Ppk. Refused under 30 readings: below that the
/// figure says more of chance than of the process.
struct Capability: Hashable, Sendable, Codable {
  static let fewest = 30

  var name: String
  var measure: String
  var low: Double?
  var high: Double?
  var count: Int
  var mean: Double?
  var standardDeviation: Double?
  var cpk: Double?
  /// Why there is none.
  var refused: String?

  private struct Key: Hashable {
    var name: String
    var measure: String
    var low: Double?
    var high: Double?
  }

  /// One for each value and pair of limits, in the order of the names.
  static func all(_ readings: [ReportMaterial.Reading]) -> [Capability] {
    let groups = Dictionary(grouping: readings) {
      Key(name: $0.name, measure: $0.measure, low: $0.low, high: $0.high)
    }
    return groups.map { Capability($0.key, $0.value.map(\.value)) }.sorted {
      ($0.name, $0.low ?? -.infinity, $0.high ?? .infinity) < (
        $1.name, $1.low ?? -.infinity, $1.high ?? .infinity
      )
    }
  }

  private init(_ key: Key, _ values: [Double]) {
    (name, measure, low, high) = (key.name, key.measure, key.low, key.high)
    count = values.count
    guard count >= Self.fewest else {
      refused = "\(count) readings; \(Self.fewest) are the fewest"
      return
    }
    let mean = values.reduce(0, +) / Double(count)
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
    (self.mean, standardDeviation) = (mean, deviation)
    guard low != nil || high != nil else {
      refused = "it has no limits"
      return
    }
    guard deviation > 0 else {
      refused = "all readings are equal"
      return
    }
    let sides = [high.map { $0 - mean }, low.map { mean - $0 }].compactMap { $0 }
    cpk = sides.min().map { $0 / (3 * deviation) }
  }
}
