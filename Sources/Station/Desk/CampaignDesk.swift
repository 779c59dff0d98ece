/// Where one named act is done to many units, bit by bit: what is left undone is taken up where it was left.
struct CampaignDesk: Sendable {
  let ledger: Ledger
  let desk: DispositionDesk

  /// Units in one go; the caller shows how far it is in between.
  static let stride = 200

  /// Names the campaign and writes down its units: from here on they are fixed.
  ///
  /// - Throws: `campaign-invalid`.
  func open(_ id: CampaignID, _ act: Campaign.Act, reason: String, question: String, hubs: [HubID])
    async throws(Fault) -> CampaignRecord
  {
    guard !hubs.isEmpty else {
      throw Fault(.campaignInvalid, ["campaign": id.text, "cause": "no unit is meant"])
    }
    guard hubs.count <= Campaign.most else {
      throw Fault(
        .campaignInvalid,
        [
          "campaign": id.text,
          "cause": "\(hubs.count) units; at most \(Campaign.most), so divide it by batch",
        ])
    }
    let campaign = Campaign(id: id, act: act, reason: reason, question: question, units: hubs.count)
    let lists = hubs.chunks(of: CampaignUnits.mostInRow).map { CampaignUnits(campaign: id, hubs: $0) }
    let entries = [.campaignOpened(campaign)] + lists.map { JournalEntry.campaignListed($0) }
    _ = try await ledger.append(
      AppendRequest(entries.map { JournalDraft(actor: desk.actor, entry: $0) }, outlivesCancellation: true))
    return try await ledger.campaign(id)
  }

  /// Does the act to the next units of it.
  ///
  /// - Returns: how far it is.
  func step(_ id: CampaignID) async throws(Fault) -> CampaignRecord {
    let record = try await ledger.campaign(id)
    let waiting = try await ledger.campaignUnits(id, state: .waiting, limit: Self.stride)
    let outcome: Result<Void, Fault> = await withTaskGroup(of: Result<Void, Fault>.self) { group in
      for hub in waiting {
        group.addTask {
          await Result { () async throws(Fault) in try await act(record.campaign, on: hub) }
        }
      }
      var first: Result<Void, Fault> = .success(())
      for await one in group { if case .failure = one { first = one } }
      return first
    }
    try outcome.get()
    let now = try await ledger.campaign(id)
    guard now.waiting == 0, !now.isEnded else { return now }
    try await ledger.append(
      JournalDraft(
        actor: desk.actor,
        entry: .campaignEnded(CampaignEnd(campaign: id, done: now.done, refused: now.refused))))
    return try await ledger.campaign(id)
  }

  private func act(_ campaign: Campaign, on hub: HubID) async throws(Fault) {
    var result = CampaignResult(campaign: campaign.id)
    do throws(Fault) {
      guard let unit = try await ledger.unit(hub) else { throw Fault(.unitUnknown, ["hub": hub.text]) }
      guard let act = campaign.act.act(on: unit.standing) else {
        return try await tell(result, of: hub)
      }
      result.act = act
      try await desk.decide(
        hub,
        DispositionDesk.Order(act: act, reason: "\(campaign.id): \(campaign.reason)", campaign: campaign.id),
        result: result)
    } catch {
      guard Self.refusals.contains(error.code) else { throw error }
      (result.act, result.fault) = (nil, error)
      try await tell(result, of: hub)
    }
  }

  private func tell(_ result: CampaignResult, of hub: HubID) async throws(Fault) {
    try await ledger.append(JournalDraft(actor: desk.actor, hub: hub, entry: .campaignResult(result)))
  }

  /// What is a unit's own answer, and not trouble of the ledger.
  static let refusals: Set<FaultCode> = [
    .unitUnknown, .dispositionRefused, .unitUnregistered, .unitParked, .identityEnded,
  ]
}

extension Result where Failure == Fault, Success: Sendable {
  init(_ body: () async throws(Fault) -> Success) async {
    do throws(Fault) { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
