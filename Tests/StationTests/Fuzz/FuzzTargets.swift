/// All readers that are fuzzed.
enum FuzzTargets {
  static func all() async throws -> [FuzzTarget] {
    let material = try await FuzzMaterial.make()
    return settings + [journal(material), projections(material), door, doorAnswers] + record(material) + cloud
      + credentials + smallTexts + certificates(material) + console
  }
}
