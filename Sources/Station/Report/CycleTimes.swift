/// How long passed attempts took, from their opening to their end. Percentiles are by nearest rank: the smallest value
/// that is not below so many of all.
struct CycleTimes: Hashable, Sendable, Codable {
  /// A slot, an operator, or all of them.
  var of: String
  var count: Int
  var p50Seconds: Double
  var p95Seconds: Double

  /// - Returns: nil when nothing passed.
  init?(of name: String, _ stays: [ReportMaterial.Stay]) {
    let times = stays.filter { $0.outcome == .passed }.compactMap(\.milliseconds).sorted()
    guard !times.isEmpty else { return nil }
    of = name
    count = times.count
    func percentile(_ percent: Int) -> Double {
      // Whole numbers: a rounded quotient would be one too many.
      let rank = (times.count * percent + 99) / 100
      return Double(times[max(rank, 1) - 1]) / 1000
    }
    (p50Seconds, p95Seconds) = (percentile(50), percentile(95))
  }

  /// One for each value of `key`, in the order of the names.
  static func grouped(_ stays: [ReportMaterial.Stay], by key: (ReportMaterial.Stay) -> String?)
    -> [CycleTimes]
  {
    Dictionary(grouping: stays.filter { key($0) != nil }, by: { key($0) ?? "" })
      .sorted { $0.key < $1.key }.compactMap { CycleTimes(of: $0.key, $0.value) }
  }
}
