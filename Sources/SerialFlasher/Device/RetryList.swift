/// Devices that udev had not finished when they were seen: looked at again a few times, then dropped without a word.
///
/// A quick plug-and-pull leaves such a device behind, and nothing is wrong with it.
struct RetryList: Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Entry {
    var tries: Int
    var due: Instant
  }

  /// 0.1, 0.2, 0.4 … s: six seconds in all, against the half second that udev needs.
  static let tries = 6
  static let capacity = 1024
  private var entries: [String: Entry] = [:]

  var nextDue: Instant? { entries.values.map(\.due).min() }

  /// A device was seen and not complete.
  mutating func add(_ sysPath: String, now: Instant) {
    guard entries[sysPath] == nil, entries.count < Self.capacity else { return }
    entries[sysPath] = Entry(tries: 0, due: now + .milliseconds(100))
  }

  mutating func remove(_ sysPath: String) { entries[sysPath] = nil }

  /// Those to look at now; each is asked for later again unless it is removed or was tried often enough.
  mutating func due(now: Instant) -> [String] {
    let paths = entries.filter { $0.value.due <= now }.keys.sorted()
    for path in paths {
      guard let entry = entries[path] else { continue }
      let tries = entry.tries + 1
      entries[path] = tries < Self.tries ? Entry(tries: tries, due: now + .milliseconds(100 << tries)) : nil
    }
    return paths
  }
}
