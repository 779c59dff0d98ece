import GRDB

/// One row per campaign, and one per unit of it.
enum CampaignProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .campaignOpened(let campaign):
      try database.run(
        """
        INSERT INTO campaign(campaign, act, reason, question, units, opened_seq, opened_time, opened_by)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(campaign) DO NOTHING
        """,
        [
          campaign.id.text, campaign.act.rawValue, campaign.reason, campaign.question, campaign.units,
          row.sequence, row.time.description, row.actor,
        ])
    case .campaignListed(let listed):
      for hub in listed.hubs {
        try database.run(
          """
          INSERT INTO campaign_unit(campaign, hub, state) VALUES(?, ?, 'waiting')
          ON CONFLICT(campaign, hub) DO NOTHING
          """, [listed.campaign.text, hub.text])
      }
    case .campaignResult(let result):
      try database.run(
        "UPDATE campaign_unit SET state = ?, act = ?, fault = ? WHERE campaign = ? AND hub = ?",
        [
          result.fault == nil ? "done" : "refused", result.act?.rawValue,
          try result.fault.map { try Projection.text(of: $0) }, result.campaign.text, row.hub?.text,
        ])
    case .campaignEnded(let end):
      try database.run(
        "UPDATE campaign SET ended_time = ? WHERE campaign = ?", [row.time.description, end.campaign.text])
    default: break
    }
  }
}
