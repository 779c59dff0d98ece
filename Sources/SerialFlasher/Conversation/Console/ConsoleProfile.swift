/// How one talks to a hub that offers a line-oriented console: all of it data, none of it code.
///
/// Commands are run one by one in a subshell, standard input closed. What they print to standard output is their
/// answer; what they print to standard error is shown when they fail. Each must be harmless to run twice.
/// They may use these places, besides those named at each: `{root}`, `{identity}` (the live folder's full path),
/// `{identityName}`, `{parent}` (the folder it is in), `{staged}` (full path of the staged folder), `{key}` and
/// `{certificate}` (full paths in the live folder), `{stagedKey}`, `{generation}` and `{generationName}` (a new folder beside the
/// live one, of a random name), `{folderMode}`.
public struct ConsoleProfile: Codable, Sendable, Equatable {
  public var name = "linux-shell"
  public var login = ConsoleLogin()
  public var limits = ConsoleLimits()

  /// Stands before every path on the hub, so that a scratch folder can play one; empty on a real hub.
  public var root = ""
  /// The live identity: a link to the folder that holds it.
  public var identity = "/var/lib/hub/identity"
  /// Permission bits of the identity's folder once it is live.
  public var folderMode = "0755"
  /// The private key and the certificate below the identity's folder.
  public var key = "private.key"
  public var certificate = "certificate.pem"

  /// Programs that the hub must have.
  public var requires = ConsoleProfile.shellPrograms
  /// Run before anything else, in order.
  public var preparation: [CommandTemplate] = []

  public var serial: CommandTemplate = "cat {root}/etc/hub/serial"
  public var model: CommandTemplate = "cat {root}/etc/hub/model"
  /// Empty where the model has no MAC.
  public var mac: CommandTemplate =
    "cat {root}/etc/hub/mac 2>/dev/null||cat {root}/sys/class/net/eth0/address"
  /// Prints the UUID that the hub was made with. Empty where it has none.
  public var hubId: CommandTemplate = ""
  /// Empty where the hub does not say.
  public var firmware: CommandTemplate = "cat {root}/etc/hub/firmware"
  /// The certificate of the live identity, PEM; a failure means that there is none.
  public var heldCertificate: CommandTemplate = "cat {certificate}"

  /// Makes the staged folder if there is none, and `{folders}` in it (relative, at least `.`).
  public var prepareStaged: CommandTemplate = ConsoleProfile.shellPrepareStaged
  /// Writes what `lines` gives, a function that the driver brings along: it says that the sink is open, and then prints
  /// the base64 lines of the file. Must give the file its owner and mode before `lines`. `{path}`, `{mode}`, `{owner}` (maybe empty).
  public var sink: CommandTemplate = ConsoleProfile.shellSink
  /// Returns when all that was written is in storage.
  public var sync: CommandTemplate = ConsoleProfile.shellSync
  /// Has what is read next come from storage; its failure is no failure. Empty where that cannot be.
  public var dropCaches: CommandTemplate = "echo 3 >/proc/sys/vm/drop_caches"
  /// Prints the SHA-256 of `{path}` in hex, as its first word.
  public var digest: CommandTemplate = ConsoleProfile.shellDigest
  /// Makes the staged folder the live one by one rename; with nothing staged it succeeds if there is a live one.
  public var activate: CommandTemplate = ConsoleProfile.shellActivate
  /// Removes all that is staged.
  public var discard: CommandTemplate = "rm -f {staged}.new {staged}"
  /// Removes all that is staged but the key.
  public var discardButKey: CommandTemplate = ConsoleProfile.shellDiscardButKey
  /// Removes folders of identities that are neither live nor staged.
  public var sweep: CommandTemplate = ConsoleProfile.shellSweep

  /// Makes `{stagedKey}` if there is none. Empty where the hub cannot make its own key.
  public var makeKey: CommandTemplate = ConsoleProfile.shellMakeKey
  /// Prints the request for `{stagedKey}`, PEM. `{commonName}`, `{serialNumber}`.
  public var request: CommandTemplate = ConsoleProfile.shellRequest
  /// Prints the signature, DER, over `{message}` (base64); status 96 says that there is no live identity.
  public var possession: CommandTemplate = ConsoleProfile.shellPossession

  /// Reads two lines, the SSID and the passphrase of the network to join, and leaves them where the hub's own programs
  /// look. What it prints is thrown away. Empty where hubs are told no network over the line.
  public var setWifiCredentials: CommandTemplate = ""

  /// Functional checks by name.
  public var checks: [String: CommandTemplate] = [:]
  /// Run at the end, in order; before them what is left of older identities is swept away.
  public var finish: [CommandTemplate] = []
  /// The very last words, to which no answer is waited for: `poweroff`. Empty for none.
  public var farewell: CommandTemplate = ""
  /// Whether to end the shell also where the station has not logged in itself.
  public var logsOut = false

  public init() {}

  /// The shipped profile: needs nothing on the hub but a login shell, coreutils (or busybox) and openssl.
  ///
  /// - Parameter root: the scratch folder that plays the hub's root. With one, the caches of the machine are left
  ///   alone, for it is not a hub's.
  public static func linuxShell(root: String = "") -> ConsoleProfile {
    var profile = ConsoleProfile()
    profile.root = root
    if !root.isEmpty { profile.dropCaches = "" }
    return profile
  }
}
