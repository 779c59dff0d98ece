/// Entries in the order of a key (and of their id where keys are equal). For the thousand or so that the courier keeps
/// in memory; insertion moves memory, which at that size is cheaper than a tree.
struct OrderedQueue<Key: Comparable & Sendable>: Sendable {
  struct Place: Sendable {
    var key: Key
    var entry: String
  }

  private(set) var places: [Place] = []

  var count: Int { places.count }
  var isEmpty: Bool { places.isEmpty }
  var first: Place? { places.first }

  mutating func insert(_ entry: String, at key: Key) {
    places.insert(Place(key: key, entry: entry), at: position(of: key, entry))
  }

  mutating func remove(_ entry: String, at key: Key) {
    let index = position(of: key, entry)
    guard index < places.count, places[index].entry == entry else { return }
    places.remove(at: index)
  }

  mutating func removeFirst() -> Place? { places.isEmpty ? nil : places.removeFirst() }

  /// The index of the first place that is not before (key, entry).
  private func position(of key: Key, _ entry: String) -> Int {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      let place = places[middle]
      if place.key < key || (place.key == key && place.entry < entry) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
