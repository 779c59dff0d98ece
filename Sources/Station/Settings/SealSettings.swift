/// How the record is sealed.
struct SealSettings: Hashable, Sendable {
  /// The file of the signing key; nil: beside the ledger.
  var key: String?
  /// Rows from one seal to the next at most.
  var every = Sealer.usual
}

extension SealSettings {
  static func read(_ root: SettingsSection) -> SealSettings {
    var settings = SealSettings()
    guard root.has("seal"), let section = root.section("seal") else { return settings }
    defer { section.finish() }
    if section.has("key") {
      settings.key = section.value(
        "key", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    }
    if section.has("every") {
      settings.every =
        section.value("every", remedy: "write a number of rows from 10 to 1000000.") { text in
          Int64(text).flatMap { (10...1_000_000).contains($0) ? $0 : nil }
        } ?? settings.every
    }
    return settings
  }
}

extension Sealer {
  /// With the key of the settings, which is made where there is none.
  init(_ settings: StationSettings) throws {
    let path = settings.seal.key ?? SealKey.path(besides: settings.ledger)
    if settings.seal.key == nil { try LedgerFile(path: settings.ledger).makeFolder() }
    self.init(
      key: try SealKey.openOrMake(path, station: settings.station), every: settings.seal.every)
  }
}
