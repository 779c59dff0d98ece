import Foundation

/// A moment in UTC, to the millisecond, written `2026-11-21T06:45:03.123Z` (RFC 3339).
struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  var milliseconds: Int64

  /// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: what four digits of a year can say.
  static let earliest: Int64 = -62_167_219_200_000
  static let latest: Int64 = 253_402_300_799_999

  init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// - Parameter seconds: since 1970, as a server writes them.
  /// - Returns: nil for what is no moment of the years 0 to 9999.
  init?(seconds: Double) {
    let milliseconds = (seconds * 1000).rounded(.down)
    // False for what is not a number, too.
    guard milliseconds >= Double(Self.earliest), milliseconds <= Double(Self.latest) else { return nil }
    self.milliseconds = Int64(milliseconds)
  }

  init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

  /// Reads the form that `description` writes, and nothing else.
  init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 24, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
      bytes[16] == 0x3A, bytes[19] == 0x2E, bytes[23] == 0x5A
    else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[range] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      let fraction = number(20..<23), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60,
      second < 60
    else { return nil }
    milliseconds =
      (Self.days(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000
      + fraction
    guard description.utf8.elementsEqual(bytes) else { return nil }
  }

  var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

  func advanced(by duration: Duration) -> Timestamp {
    Timestamp(
      milliseconds: milliseconds + duration.components.seconds * 1000
        + duration.components.attoseconds / 1_000_000_000_000_000)
  }

  static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar (the era arithmetic of ISO 8601 calendars: years begin
  /// in March, so that the leap day is the last one).
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Timestamp: CustomStringConvertible {
  /// The form above; years 0 to 9999.
  var description: String {
    let dayLength: Int64 = 86_400_000
    let milliseconds = min(max(milliseconds, Self.earliest), Self.latest)
    let day = milliseconds >= 0 ? milliseconds / dayLength : (milliseconds - dayLength + 1) / dayLength
    let inDay = milliseconds - day * dayLength
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let seconds = inDay / 1000
    // Written digit by digit: every row of the journal has its time in several places.
    return String(unsafeUninitializedCapacity: 24) { text in
      var place = 0
      func put(_ byte: UInt8) {
        text[place] = byte
        place += 1
      }
      func put(_ value: Int64, width: Int) {
        var rest = value
        for index in (place..<place + width).reversed() {
          text[index] = UInt8(0x30 + rest % 10)
          rest /= 10
        }
        place += width
      }
      put(year, width: 4)
      put(0x2D)
      put(month, width: 2)
      put(0x2D)
      put(dayOfYear - (153 * monthIndex + 2) / 5 + 1, width: 2)
      put(0x54)
      put(seconds / 3600, width: 2)
      put(0x3A)
      put(seconds / 60 % 60, width: 2)
      put(0x3A)
      put(seconds % 60, width: 2)
      put(0x2E)
      put(inDay % 1000, width: 3)
      put(0x5A)
      return place
    }
  }
}

extension Timestamp: Codable {
  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = Timestamp(text) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "not a UTC time of the form 2026-01-31T00:00:00.000Z"))
    }
    self = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
