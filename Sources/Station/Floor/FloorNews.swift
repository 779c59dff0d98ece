/// What the floor tells those who watch it, beside the journal's rows. Only rows make a tile green.
enum FloorNews: Sendable {
  case progress(SlotName, Step, fraction: Double?)
  /// The visit's end; its rows are committed before this is said, unless `recorded` is false.
  case concluded(Conclusion)
  case left(SlotName)
  case stranger(device: String, path: String?)
  case ready
}
