/// What a hub says of itself. Hostile until the station has checked every field against the model's rules.
public struct HubFacts: Hashable, Sendable {
  /// As the hub printed it, trimmed; not yet normalised.
  public var serial: String
  /// The model's name as the hub gives it.
  public var model: String
  /// Lower-case, colon-separated; nil where the model has none.
  public var mac: String?
  /// The UUID that the hub was made with; nil where the model has none.
  public var hubID: String?
  /// Nil where the hub does not say.
  public var firmwareVersion: String?
  /// The certificate in the hub's live identity as PEM text, if it holds one.
  public var certificatePEM: String?

  public init(
    serial: String, model: String, mac: String? = nil, hubID: String? = nil, firmwareVersion: String? = nil,
    certificatePEM: String? = nil
  ) {
    self.serial = serial
    self.model = model
    self.mac = mac
    self.hubID = hubID
    self.firmwareVersion = firmwareVersion
    self.certificatePEM = certificatePEM
  }
}
