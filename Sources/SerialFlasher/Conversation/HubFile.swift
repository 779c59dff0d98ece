/// One file to be put on a hub, below the folder of the identity.
public struct HubFile: Sendable {
  /// What is in it: the private key travels as a secret and nothing else does.
  public enum Content: Sendable {
    case plain([UInt8])
    case secret(SecretBytes)
  }

  /// Relative to the identity's folder: `private.key`, `config/effective.yaml`. No `..`, no leading `/`, at most 200
  /// characters of `A-Z a-z 0-9 . _ - /`.
  public var path: String
  /// Permission bits, for example 0o600. Never wider than 0o644.
  public var mode: UInt16
  /// `user` or `user:group` on the hub; nil leaves the login's own.
  public var owner: String?
  public var content: Content

  public init(path: String, mode: UInt16, owner: String? = nil, content: Content) {
    self.path = path
    self.mode = mode
    self.owner = owner
    self.content = content
  }
}
