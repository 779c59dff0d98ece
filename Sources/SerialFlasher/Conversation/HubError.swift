/// Why a conversation failed; the station turns each into a fault with a sentence for the operator.
public enum HubError: Error, Hashable, Sendable {
  /// The line itself: unplugged, busy, stalled.
  case line(LineError)
  /// Not a word that the profile knows within the time it allows. `heard` counts bytes that came all the same.
  case silent(waitingFor: String, heard: Int)
  /// The hub answers, but not what the profile expects; `excerpt` is printable ASCII, at most 80 characters.
  case garbled(waitingFor: String, excerpt: String)
  /// The console refused the user or the password.
  case loginRefused(user: String)
  /// A command of the profile ended with a non-zero status.
  case commandFailed(name: String, status: Int, excerpt: String)
  /// The hub has no room for a file.
  case storageFull(path: String)
  /// The folder to write to is missing or cannot be written.
  case storageRefused(path: String, excerpt: String)
  /// What the hub wrote is not what was sent.
  case digestMismatch(path: String, expected: String, actual: String)
  /// The hub holds no live identity to prove or to read.
  case noIdentity
  /// The profile cannot do this: names what is missing.
  case unsupported(String)
}
