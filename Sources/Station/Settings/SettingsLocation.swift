/// Where the settings file is when nobody names it on the command line.
enum SettingsLocation {
  /// `STATION_SETTINGS`; else the first that is there of `$XDG_CONFIG_HOME/station/station.yaml` (a person's own run)
  /// and `/etc/station/station.yaml` (the service); else the latter, so that the message names it.
  static func find(environment: [String: String], exists: (String) -> Bool) -> String {
    if let named = environment["STATION_SETTINGS"], !named.isEmpty { return named }
    if let own = own(environment), exists(own) { return own }
    return service
  }

  static let service = "/etc/station/station.yaml"

  /// XDG Base Directory: a value that is not absolute is ignored.
  private static func own(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
      return "\(folder)/station/station.yaml"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return "\(home)/.config/station/station.yaml"
  }
}
