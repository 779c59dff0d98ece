/// All readers that are fuzzed.
enum FuzzTargets {
  static func all() async throws -> [FuzzTarget] {
    let material = try await FuzzMaterial.make()
    return try settings
      + [journal(material), projections(material), damagedRows(material), door, doorAnswers]
      + record(material) + files(material) + proofs(material) + cloud + clients(material) + credentials
      + smallTexts + lists + certificates(material) + console + [hubs(material)]
  }
}
