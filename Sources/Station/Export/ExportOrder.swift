/// What an export is made from: decided before the first byte is written.
struct ExportOrder: Sendable {
  var batch: String
  var vendor: String
  var model: String
  var revision: Int
  /// The units are as they were at this row.
  var position: Int64
  var profile: ExportProfile
  /// The position of the revision before; nil for the first.
  var previous: (revision: Int, position: Int64)?
  /// Why units that the cloud does not know completely are let through; nil: they are not.
  var unregistered: (reason: String, actor: String)?
}
