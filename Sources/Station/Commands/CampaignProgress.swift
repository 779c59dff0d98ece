/// Drives a campaign bit by bit, through the Door or under the lock, and shows how far it is.
struct CampaignProgress {
  let options: GlobalOptions

  /// - Parameter beginning: opens it; nil: it is there already.
  func work(_ id: CampaignID, beginning: DoorRequest?) async throws -> ExitStatus {
    var line: CampaignLine
    var step = DoorRequest(.campaignStep, actor: options.actor)
    step.campaign = id
    if let answer = try await options.throughDoor(beginning ?? step, within: .seconds(120))?.campaign {
      line = answer
      while line.ended == nil {
        show(line)
        guard let next = try await options.throughDoor(step, within: .seconds(120))?.campaign else {
          throw DoorError.nobody
        }
        line = next
      }
    } else {
      let ledger = try await options.writing()
      defer { try? ledger.close() }
      let desk = CampaignDesk(
        ledger: ledger, desk: try options.dispositionDesk(ledger))
      line = try await CampaignVerb(beginning ?? step).perform(at: desk)
      while line.ended == nil {
        show(line)
        line = try await CampaignVerb(step).perform(at: desk)
      }
    }
    if options.json { print(JSONLine.text(line)) } else { for text in line.lines { print(text) } }
    return .done
  }

  private func show(_ line: CampaignLine) {
    guard !options.json else { return }
    options.complain("\(line.campaign): \(line.done + line.refused) of \(line.units)")
  }
}
