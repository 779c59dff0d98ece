/// What a request about a campaign asks for; the Door and the verbs that hold the lock do the same with it.
struct CampaignVerb: Sendable {
  let request: DoorRequest

  init(_ request: DoorRequest) { self.request = request }

  func perform(at desk: CampaignDesk) async throws(Fault) -> CampaignLine {
    guard let id = request.campaign else {
      throw Fault(.campaignInvalid, ["cause": "the request names none"])
    }
    guard request.verb == .campaignOpen else { return CampaignLine(try await desk.step(id)) }
    guard let act = request.campaignAct, let reason = request.reason else {
      throw Fault(.campaignInvalid, ["campaign": id.text, "cause": "the request names no act or no reason"])
    }
    return CampaignLine(
      try await desk.open(
        id, act, reason: reason, question: request.question ?? "", hubs: request.hubs ?? []))
  }
}
