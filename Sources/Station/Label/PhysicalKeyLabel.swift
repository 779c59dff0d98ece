/// The label of a physical key: the number that the vendor gave it, whose it is, and its token for a scanner.
struct PhysicalKeyLabel: Hashable, Sendable {
  var number: Int64
  var token: String
  var user: String
  var organisation: String
  var note: String
  var station: String

  /// What the fields of a template are called, with what is shown in them: cut to what fits on the shipped one.
  var fields: [String: String] {
    [
      "number": String(number), "token": token,
      "user": PrintableText.of(user, limit: 24), "organisation": PrintableText.of(organisation, limit: 24),
      "note": PrintableText.of(note, limit: 40), "station": PrintableText.of(station, limit: 32),
      "symbol": DataMatrix(token)?.outline ?? "", "symbol-size": String(DataMatrix.size),
    ]
  }

  /// - Parameter template: nil: the shipped one.
  func drawing(_ template: LabelTemplate? = nil) throws(LabelError) -> String {
    try (template ?? Self.template).filled(with: fields)
  }
}

extension PhysicalKeyLabel {
  init(_ key: KeyRecord, number: Int64, station: String) {
    self.init(
      number: number, token: key.token, user: key.user,
      organisation: key.organisationName ?? key.organisation,
      note: key.note ?? "", station: station)
  }
}
