import Foundation

/// How a report is divided: each unit belongs to the part in which its first attempt began.
enum ReportGrouping: Hashable, Sendable {
  case day(TimeZone)
  /// Begin of each shift in minutes after midnight, ascending.
  case shift([Int], TimeZone)
  case batch

  /// Six, two and ten.
  static let usualShifts = [360, 840, 1320]

  /// Name of each part -> its units, each in the order in which they came.
  ///
  /// The calendar is asked once for each quarter of an hour, on which zones change and shifts mostly begin: it is slow, and
  /// there may be a million units.
  func parts(of items: [ReportMaterial.Item]) -> [String: [ReportMaterial.Item]] {
    var minutes: Int64 = 15
    if case .shift(let starts, _) = self, starts.contains(where: { $0 % 15 != 0 }) { minutes = 1 }
    var names: [Int64: String] = [:]
    return Dictionary(grouping: items) { item in
      guard self != .batch, let opened = item.stays.first?.opened else { return part(of: item) }
      let span = opened.milliseconds / (minutes * 60_000)
      if let name = names[span] { return name }
      let name = part(of: item)
      names[span] = name
      return name
    }
  }

  /// The name of the part; parts are shown in the order of their names.
  func part(of item: ReportMaterial.Item) -> String {
    guard let opened = item.stays.first?.opened else { return "-" }
    switch self {
    case .batch: return item.batch?.text ?? "no batch"
    case .day(let zone): return Self.date(opened.date, zone)
    case .shift(let starts, let zone):
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = zone
      let clock = calendar.dateComponents([.hour, .minute], from: opened.date)
      let minute = (clock.hour ?? 0) * 60 + (clock.minute ?? 0)
      if let start = starts.last(where: { $0 <= minute }) {
        return "\(Self.date(opened.date, zone)) \(Self.clock(start))"
      }
      // Before the first shift of the day: the last one of the day before goes on.
      let before = calendar.date(byAdding: .day, value: -1, to: opened.date) ?? opened.date
      return "\(Self.date(before, zone)) \(Self.clock(starts.last ?? 0))"
    }
  }

  /// `06:00,14:00,22:00`; nil unless these are times of a day, ascending.
  static func shifts(_ text: String) -> [Int]? {
    let starts = text.split(separator: ",", omittingEmptySubsequences: false).map { word -> Int? in
      let parts = word.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
        let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
      else { return nil }
      return hour * 60 + minute
    }
    let known = starts.compactMap { $0 }
    guard known.count == starts.count, zip(known, known.dropFirst()).allSatisfy({ $0 < $1 }) else {
      return nil
    }
    return known
  }

  private static func date(_ date: Date, _ zone: TimeZone) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let day = calendar.dateComponents([.year, .month, .day], from: date)
    return "\(pad(day.year ?? 0, 4))-\(pad(day.month ?? 0, 2))-\(pad(day.day ?? 0, 2))"
  }

  private static func clock(_ minute: Int) -> String { "\(pad(minute / 60, 2)):\(pad(minute % 60, 2))" }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
