/// What a WATS server wants with every report, and the record does not say.
struct WATSHeader: Hashable, Sendable, Codable {
  /// The server's number of the test operation; 10 is what its own converters write where nobody says another.
  var processCode = 10
  var purpose = "Production"
  /// nil: the vendor of the batch.
  var location: String?
  /// Of the part; nil: the hub's firmware.
  var revision: String?
}
