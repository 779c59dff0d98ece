/// One campaign, as `campaign list` prints it. The keys are stable.
struct CampaignLine: Hashable, Sendable, Codable {
  var campaign: CampaignID
  var act: Campaign.Act
  var reason: String
  var question: String
  var units: Int
  var done: Int
  var refused: Int
  var left: Int
  var opened: Timestamp
  var openedBy: String
  var ended: Timestamp?

  init(_ record: CampaignRecord) {
    campaign = record.campaign.id
    act = record.campaign.act
    reason = record.campaign.reason
    question = record.campaign.question
    units = record.campaign.units
    (done, refused, left) = (record.done, record.refused, record.waiting)
    (opened, openedBy, ended) = (record.opened.time, record.opened.actor, record.ended)
  }

  var lines: [String] {
    [
      "\(campaign)  \(act.rawValue)  \(done) of \(units) done, \(refused) refused, \(left) left",
      "  \(PrintableText.of(question, limit: 200))",
      "  opened \(opened.description.prefix(19)) by \(PrintableText.of(openedBy, limit: 64)): \(PrintableText.of(reason, limit: 200))",
    ] + (ended.map { ["  ended \($0.description.prefix(19))"] } ?? [])
  }
}
