/// When the record is shipped.
struct RecordSettings: Sendable, Hashable {
  /// A segment has at most this many rows…
  var rowsPerSegment = 500
  /// …and is sent with fewer when its oldest row has waited this long.
  var longestDelay: Duration = .seconds(15)
  var retry = RetrySchedule(base: .seconds(1), cap: .seconds(30), leastShare: 0.5)
}
