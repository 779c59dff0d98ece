/// ProvisionHub, and GET status to see that the cloud holds what was meant.
extension SPKeyClient {

  private struct Provisioning: Encodable, Sendable {
    var hubId: String
    var serial: String
    var model: String
    var thingName: String
    var vendorName: String?
  }

  private struct Provisioned: Decodable {
    struct Event: Decodable {
      struct Data: Decodable {
        var hubId: String?
        var serial: String?
        var model: String?
        var thingName: String?
      }
      var type: String
      var data: Data?
    }
    var success: Bool
    var aggregateId: String?
    var event: Event?
  }

  func provision(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    let body = Provisioning(
      hubId: unit.hub.text, serial: unit.serial.text, model: unit.model, thingName: unit.thing,
      vendorName: unit.vendorName.isEmpty ? nil : unit.vendorName)
    let call = VendorCall.hub(unit, .provisionHub, body: body)
    let answer = try await send(call)
    guard answer.status == 200 || answer.status == 201 else { throw refused(answer, call) }
    guard let told = answer.decoded(Provisioned.self), told.success else { throw notUnderstood(answer, call) }
    if let data = told.event?.data {
      let pairs = [
        ("hubId", unit.hub.text, data.hubId?.lowercased()), ("serial", unit.serial.text, data.serial),
        ("model", unit.model, data.model), ("thingName", unit.thing, data.thingName),
      ]
      for (name, expected, actual) in pairs {
        guard let actual, actual != expected else { continue }
        throw Fault(
          .hubConflict,
          [
            "hub": unit.hub.text, "serial": unit.serial.text, "expected": "\(name)=\(expected)",
            "actual": "\(name)=\(actual)",
          ])
      }
    }
    return evidence(answer, wasThere: answer.status == 200, ["event": told.event?.type ?? "none"])
  }

  // MARK: GET status

  func status(_ unit: UnitIdentity) async throws(Fault) -> (HTTPAnswer, VendorHubStatus)? {
    let call = VendorCall.hub(unit, .getHubStatus)
    let answer = try await send(call)
    if answer.status == 404, VendorRefusal(answer) != nil { return nil }
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let found = answer.decoded(VendorHubStatus.self), found.hubId != nil || found.serial != nil else {
      throw notUnderstood(answer, call)
    }
    return (answer, found)
  }

  func find(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let (answer, found) = try await status(unit) else { return nil }
    try found.agree(with: unit)
    return evidence(answer, wasThere: true, ["status": found.status ?? ""])
  }

  func confirm(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    guard let found = try await find(unit) else {
      let values = [
        "hub": unit.hub.text, "serial": unit.serial.text, "host": origin.authority,
        "operation": "GetHubStatus", "status": "404", "cause": "not readable yet after ProvisionHub",
      ]
      throw Fault(patience.mayStillCome(unit.hub.text) ? .serverFailed : .hubUnknown, values)
    }
    patience.seen(unit.hub.text)
    return found
  }
}
