/// What an export can say of one unit. The words are stable: profiles name them.
enum ExportColumn: String, Hashable, Sendable, Codable, CaseIterable {
  /// The name of the export's format, the same in every row.
  case schema
  case batch, vendor, model, serial
  /// The hub's UUID.
  case hubId = "hub-id"
  /// Written as the profile says.
  case mac
  /// The AWS IoT Thing.
  case thing
  /// Lower-case hex SHA-256 of the certificate's DER: the AWS certificate id.
  case certificateId = "certificate-id"
  case certificatePEM = "certificate-pem"
  case firmware
  /// `registered`, `waiting`, `attention` or `none`.
  case registration
  case disposition
  /// When it passed, UTC.
  case passedAt = "passed-at"
  case firstSeenAt = "first-seen-at"
  case attempts
  case slot
  /// Who put it in.
  case `operator`

  /// How many locks are in the box with it; their numbers, and their serials in the same order: in a table with a blank
  /// between them (neither has one in it) and `?` for a lock without a serial, in JSON as an array.
  case lockCount = "lock-count"
  case lockIds = "lock-ids"
  case lockSerials = "lock-serials"
  /// Everything about them, as an array of JSON objects, in a table too.
  case locks

  var isNumber: Bool { self == .attempts || self == .lockCount }
  /// Whether it is JSON already where it stands in JSON.
  var isArray: Bool { self == .lockIds || self == .lockSerials || self == .locks }
}
