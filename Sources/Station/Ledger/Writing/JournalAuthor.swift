import Foundation

/// What the writer adds to every draft: who and when.
struct JournalAuthor: Sendable {
  let station: String
  let clock: any StationClock
  private let versions: StationStart

  init(station: String, clock: any StationClock, versions: StationStart) {
    self.station = station
    self.clock = clock
    self.versions = versions
  }

  /// JSON with sorted keys: firmware (where known), settings, station.
  func versionsText(firmware: String?) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var values = ["settings": versions.settings, "station": versions.version]
    if let firmware { values["firmware"] = String(firmware.prefix(Fault.longestValue)) }
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }
}
