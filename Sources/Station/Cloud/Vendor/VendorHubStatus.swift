/// What the vendor's cloud holds about a hub. Everything may be missing, null or empty: the contract marks fields as
/// required that a hub which was never claimed does not have.
struct VendorHubStatus: Decodable, Sendable {
  var hubId: String?
  var serial: String?
  var model: String?
  var thingName: String?
  var status: String?
  var orgId: String?
  var siteId: String?
  /// From the device shadow, in the vendor's reading: `true`, and the version of the hub's program. Their forms are not
  /// relied on, so that a status which has them otherwise is still one.
  var online: JSONValue?
  var version: JSONValue?

  /// Compares with what the station meant.
  ///
  /// - Throws: `hub-conflict` with both sides of what differs; `hub-suspended`.
  func agree(with unit: UnitIdentity) throws(Fault) {
    let pairs = [
      ("hubId", unit.hub.text, hubId?.lowercased()), ("serial", unit.serial.text, serial),
      ("model", unit.model, model), ("thingName", unit.thing, thingName),
    ]
    let different = pairs.filter { $0.1 != $0.2 }
    var values = ["hub": unit.hub.text, "serial": unit.serial.text]
    guard different.isEmpty else {
      values["expected"] = different.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
      values["actual"] = different.map { "\($0.0)=\($0.2 ?? "none")" }.joined(separator: " ")
      throw Fault(.hubConflict, values)
    }
    switch status {
    case "Provisioned", "Claimed": return
    case "Suspended", "Decommissioned":
      values["state"] = status
      throw Fault(.hubSuspended, values)
    default:
      values["expected"] = "status=Provisioned"
      values["actual"] = "status=\(status ?? "none")"
      throw Fault(.hubConflict, values)
    }
  }
}
