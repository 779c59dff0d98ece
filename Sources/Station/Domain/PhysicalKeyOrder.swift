/// A physical key that somebody is to get: what AddPhysicalKey is told.
///
/// The server numbers every call, so the call is not one that may be repeated. What makes it findable is the token, which
/// travels in the note.
struct PhysicalKeyOrder: Hashable, Sendable, Codable {
  /// Unique to this order; a UUID.
  var token: String
  /// The vendor's `userId` of who gets the key.
  var user: String
  var organisation: String
  var organisationName: String?
  var note: String?

  /// The contract's limit of the note, in UTF-16 units as JSON Schema validators of JavaScript count them.
  static let longestNote = 500

  /// What stands in the vendor's cloud.
  var sentNote: String {
    guard let note, !note.isEmpty else { return "[\(token)]" }
    return "\(note) [\(token)]"
  }

  /// - Throws: `value-invalid` naming the field.
  func check() throws(Fault) {
    try VendorRules.text(user, "userId")
    try VendorRules.text(organisation, "orgId")
    guard sentNote.utf16.count <= Self.longestNote else {
      let room = Self.longestNote - token.utf16.count - 3
      throw VendorRules.invalid(
        "note", note ?? "", "at most \(room) characters, beside the station's own mark")
    }
  }
}
