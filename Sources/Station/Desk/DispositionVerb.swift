/// What a request about units asks for; the Door and the verbs that hold the lock do the same with it.
struct DispositionVerb: Sendable {
  let request: DoorRequest

  init(_ request: DoorRequest) { self.request = request }

  /// One answer for each unit: what refuses one does not stop the others.
  func perform(at desk: DispositionDesk) async throws(Fault) -> [DispositionLine] {
    guard let act = request.act, let reason = request.reason else {
      throw Fault(.dispositionRefused, ["act": "changed: the request names no act or no reason"])
    }
    let order = DispositionDesk.Order(
      act: act, reason: reason, allowsUnregistered: request.unregistered ?? false)
    var lines: [DispositionLine] = []
    for hub in request.hubs ?? [] {
      var line = DispositionLine(hub: hub, serial: try await desk.ledger.unit(hub)?.serial)
      do throws(Fault) {
        line.state = try await desk.decide(hub, order, dryRun: request.dryRun ?? false).description
      } catch {
        guard CampaignDesk.refusals.contains(error.code) else { throw error }
        line.refuse(error)
      }
      lines.append(line)
    }
    return lines
  }
}
