/// A hub's flash as its file system shows it, and what of that would survive a pulled plug.
///
/// Changes reach the flash at `sync`. What was not synced when the power goes may be lost as a whole, or come out in
/// pieces: file systems keep a rename and lose the data of the file that was renamed (ext4's delayed allocation).
struct SimulatedStorage: Hashable, Sendable {
  struct File: Hashable, Sendable {
    var bytes: [UInt8]
    var mode: UInt16
    var owner: String?
  }

  /// Files by their path below the folder.
  typealias Folder = [String: File]

  enum Change: Hashable, Sendable {
    /// Into the staged folder, which is made if there is none.
    case write(path: String, File)
    /// Removes the staged folder, but for the file at `keeping`.
    case discard(keeping: String?)
    /// The staged folder takes the live one's place.
    case activate
    /// The wireless network to join: a file of its own, made under another name and renamed.
    case setNetwork([UInt8])
  }

  /// How a cut of power treats what was not synced.
  enum PowerLoss: Hashable, Sendable {
    case losesAll
    /// Keeps a drawn number of the changes, in order, and tears the files among them.
    case tears
  }

  private struct Content: Hashable, Sendable {
    var live: Folder?
    var staged: Folder?
    var network: [UInt8]?

    mutating func apply(_ change: Change) {
      switch change {
      case .write(let path, let file): staged = (staged ?? [:]).merging([path: file]) { $1 }
      case .discard(let kept):
        staged = kept.flatMap { path in staged?[path].map { [path: $0] } }
      case .activate:
        guard let next = staged else { return }
        live = next
        staged = nil
      case .setNetwork(let lines): network = lines
      }
    }
  }

  private var seen = Content()
  private var durable = Content()
  private var unsynced: [Change] = []

  /// As the hub's own programs see it.
  var live: Folder? { seen.live }
  var staged: Folder? { seen.staged }
  /// What a pulled plug would leave if it lost all that was not synced.
  var durableLive: Folder? { durable.live }
  /// SSID and passphrase, a line each.
  var network: [UInt8]? { seen.network }
  var durableNetwork: [UInt8]? { durable.network }
  var isSynced: Bool { unsynced.isEmpty }

  mutating func perform(_ change: Change) {
    seen.apply(change)
    unsynced.append(change)
  }

  mutating func sync() {
    durable = seen
    unsynced = []
  }

  mutating func losePower(_ loss: PowerLoss, random: inout SplitMix) {
    if loss == .tears {
      let kept = Int.random(in: 0...unsynced.count, using: &random)
      for change in unsynced.prefix(kept) { durable.apply(Self.torn(change, random: &random)) }
    }
    seen = durable
    unsynced = []
  }

  private static func torn(_ change: Change, random: inout SplitMix) -> Change {
    guard case .write(let path, var file) = change else { return change }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: break
    case 1: file.bytes = []
    default: file.bytes = Array(file.bytes.prefix(Int.random(in: 0...file.bytes.count, using: &random)))
    }
    return .write(path: path, file)
  }
}
