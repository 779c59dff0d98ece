/// The rules by which AWS IoT refuses names and values (AWS IoT API reference, CreateThing and AttributePayload).
enum RegistryRules {
  private static let word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
  private static let nameBytes = Set((word + ":_-").utf8)
  private static let attributeNameBytes = Set((word + "_.,@/:#-").utf8)
  private static let attributeValueBytes = Set((word + "_.,@/:#=[]-").utf8)

  /// `[a-zA-Z0-9:_-]+`, 1 to 128 characters: Things, groups and types.
  static func checkName(_ name: String, field: String) throws(CloudRefusal) {
    guard (1...128).contains(name.utf8.count) else {
      throw failed(
        field, name,
        name.isEmpty
          ? "have length greater than or equal to 1" : "have length less than or equal to 128")
    }
    guard name.utf8.allSatisfy(nameBytes.contains) else {
      throw failed(field, name, "satisfy regular expression pattern: [a-zA-Z0-9:_-]+")
    }
  }

  /// At most 3 attributes without a Thing type, 50 with one.
  static func checkAttributes(_ attributes: [String: String], typed: Bool) throws(CloudRefusal) {
    let most = typed ? 50 : 3
    guard attributes.count <= most else {
      throw .invalid("The number of thing attributes exceeds the limit of \(most)")
    }
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      guard (1...128).contains(name.utf8.count), name.utf8.allSatisfy(attributeNameBytes.contains) else {
        throw failed(
          "attributePayload.attributes", name, "satisfy regular expression pattern: [a-zA-Z0-9_.,@/:#-]+")
      }
      guard value.utf8.count <= 800, value.utf8.allSatisfy(attributeValueBytes.contains) else {
        throw failed(
          "attributePayload.attributes", value,
          "satisfy regular expression pattern: [a-zA-Z0-9_.,@/:#=\\[\\]-]*")
      }
    }
  }

  static func isCertificateID(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  private static func failed(_ field: String, _ value: String, _ rule: String) -> CloudRefusal {
    .invalid(
      "1 validation error detected: Value '\(value.prefix(200))' at '\(field)' failed to satisfy constraint: Member must \(rule)"
    )
  }
}
