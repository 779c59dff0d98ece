import Foundation

/// What only a simulated cloud has: `/_simulated/…`, for whoever trains on it or tests against it from outside.
///
/// `GET audit`; `POST offline {"seconds": 10}`; `POST faults` with a plan; `POST hubs/ID {"status": "Suspended"}` or
/// `{"plugged": false}`;
/// `POST rotate-key`, which answers the new key.
struct CloudControl: Sendable {
  var desk: CloudDesk
  var goOffline: @Sendable (Duration) -> Void

  /// Nil for a request that is not meant for it.
  func answer(_ request: SimulatedRequest) async -> SimulatedAnswer? {
    guard let segments = request.segments, segments.first == "_simulated" else { return nil }
    switch (request.method, segments.dropFirst().first, segments.count) {
    case ("GET", "audit", 2):
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      do {
        return SimulatedAnswer(
          status: 200, headers: ["Content-Type": "application/json"],
          body: Array(try encoder.encode(await desk.audit())))
      } catch { return refusal("\(error)") }
    case ("POST", "offline", 2):
      guard let seconds = request.json?["seconds"]?.asNumber, (0...86_400).contains(seconds) else {
        return refusal("seconds must be a number from 0 to 86400")
      }
      goOffline(.milliseconds(Int(seconds * 1000)))
      return SimulatedAnswer(202, ["offline": .number(seconds)])
    case ("POST", "faults", 2):
      do {
        await desk.setFaults(try JSONDecoder().decode(CloudFaultPlan.self, from: Data(request.body)))
        return SimulatedAnswer(200, [:])
      } catch { return refusal("not a fault plan: \(error)") }
    case ("POST", "hubs", 3) where request.json?["plugged"] != nil:
      guard case .flag(let isIn)? = request.json?["plugged"] else {
        return refusal("plugged must be true or false")
      }
      return await apply(.hubPlugged(id: segments[2], isIn), answering: ["plugged": .flag(isIn)])
    case ("POST", "hubs", 3):
      guard let status = request.json?["status"]?.asText,
        ["Provisioned", "Claimed", "Suspended", "Decommissioned"].contains(status)
      else { return refusal("status must be Provisioned, Claimed, Suspended or Decommissioned") }
      return await apply(.hubSet(id: segments[2], status: status), answering: ["status": .text(status)])
    case ("POST", "rotate-key", 2):
      var account = await desk.state.account
      account.apiKey = SimulatedAccount(seed: UInt64.random(in: 0 ... .max)).apiKey
      return await apply(.keysReplaced(account), answering: ["apiKey": .text(account.apiKey)])
    default: return refusal("no such control")
    }
  }

  private func apply(_ change: CloudChange, answering answer: JSONValue) async -> SimulatedAnswer {
    do {
      try await desk.apply(change)
      return SimulatedAnswer(200, answer)
    } catch { return refusal("\(error)") }
  }

  private func refusal(_ message: String) -> SimulatedAnswer {
    SimulatedAnswer(400, ["error": .text(message)])
  }
}
