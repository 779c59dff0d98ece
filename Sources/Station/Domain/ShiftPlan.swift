import Foundation

/// When the shifts of a day end, by the machine's local time.
struct ShiftPlan: Hashable, Sendable {
  /// Minutes after midnight, each once, in order; none: there are no shifts.
  var ends: [Int] = []

  /// The first end after `time`.
  func nextEnd(after time: Timestamp, in zone: TimeZone = .current) -> Timestamp? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let dates = ends.compactMap { minutes in
      // Where the clocks go forward over it, the end is the next moment that there is.
      calendar.nextDate(
        after: time.date, matching: DateComponents(hour: minutes / 60, minute: minutes % 60, second: 0),
        matchingPolicy: .nextTime)
    }
    return dates.min().map { Timestamp($0) }
  }
}
