import SerialFlasher

/// A console profile, and where the password of its login is read from.
struct ProfileSettings: Equatable, Sendable {
  var name: String
  var console: ConsoleProfile
  /// nil: the console asks for none.
  var password: SecretSource?

  /// Needs no settings.
  static let shipped = ProfileSettings(name: "linux-shell", console: .linuxShell())
}
