/// How far the cloud knows a unit.
enum Registration: String, Codable, CaseIterable, Sendable {
  /// Nothing is owed for it, or its identity has ended: it was scrapped or recalled, or gets a new one.
  case none
  case waiting
  case registered
  /// An entry is parked: a person must look.
  case attention
}
