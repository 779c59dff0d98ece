/// How far the cloud knows a unit.
enum Registration: String, Codable, CaseIterable, Sendable {
  /// Nothing is owed for it.
  case none
  case waiting
  case registered
  /// An entry is parked: a person must look.
  case attention
}
