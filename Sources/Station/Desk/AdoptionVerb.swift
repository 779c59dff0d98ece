/// What a request about adoption asks for; the Door and the verb that holds the lock do the same with it.
struct AdoptionVerb: Sendable {
  let request: DoorRequest

  init(_ request: DoorRequest) { self.request = request }

  /// One answer for each unit: what refuses one does not stop the others.
  func perform(at desk: AdoptionDesk) async throws(Fault) -> [DispositionLine] {
    guard let reason = request.reason else {
      throw Fault(.adoptionRefused, ["cause": "the request names no reason"])
    }
    var lines: [DispositionLine] = []
    for hub in request.hubs ?? [] {
      var line = DispositionLine(hub: hub, serial: try await desk.ledger.unit(hub)?.serial)
      do throws(Fault) {
        let adoption = try await desk.allow(hub, reason: reason, dryRun: request.dryRun ?? false)
        line.state = "taken in when it is put in again (certificate \(adoption.certificate.prefix(16)))"
      } catch {
        guard error.code == .adoptionRefused || error.code == .unitUnknown else { throw error }
        line.refuse(error)
      }
      lines.append(line)
    }
    return lines
  }
}
