import Foundation

/// What the writer adds to every draft: who and when.
struct JournalAuthor: Sendable {
  let station: String
  let clock: any StationClock
  private let versions: StationStart
  /// The text of a row without firmware: most rows, so it is made once.
  private let usual: String?
  /// nil: this ledger is not sealed.
  let sealer: Sealer?

  init(station: String, clock: any StationClock, versions: StationStart, sealer: Sealer? = nil) {
    self.station = station
    self.clock = clock
    self.versions = versions
    usual = try? Self.text(versions, firmware: nil)
    self.sealer = sealer
  }

  /// JSON with sorted keys: firmware (where known), settings, station.
  func versionsText(firmware: String?) throws -> String {
    if firmware == nil, let usual { return usual }
    return try Self.text(versions, firmware: firmware)
  }

  private static func text(_ versions: StationStart, firmware: String?) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var values = ["settings": versions.settings, "station": versions.version]
    if let firmware { values["firmware"] = String(firmware.prefix(Fault.longestValue)) }
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }
}
