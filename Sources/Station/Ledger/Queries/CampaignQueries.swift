import Foundation
import GRDB

/// Reads campaigns.
enum CampaignQueries {
  static func campaigns(_ database: Database, _ id: CampaignID? = nil) throws -> [CampaignRecord] {
    let sql = """
      SELECT campaign, act, reason, question, units, opened_seq, opened_time, opened_by, ended_time,
        (SELECT count(*) FROM campaign_unit AS u WHERE u.campaign = c.campaign AND u.state = 'waiting'),
        (SELECT count(*) FROM campaign_unit AS u WHERE u.campaign = c.campaign AND u.state = 'done'),
        (SELECT count(*) FROM campaign_unit AS u WHERE u.campaign = c.campaign AND u.state = 'refused')
      FROM campaign AS c WHERE ? IS NULL OR campaign = ? ORDER BY opened_seq DESC
      """
    return try Row.fetchAll(database, sql: sql, arguments: [id?.text, id?.text]).map(record)
  }

  static func campaign(_ database: Database, _ id: CampaignID) throws -> CampaignRecord {
    guard let record = try campaigns(database, id).first else {
      throw Fault(.campaignUnknown, ["campaign": id.text])
    }
    return record
  }

  static func units(_ database: Database, _ id: CampaignID, _ state: CampaignRecord.UnitState?, limit: Int)
    throws
    -> [HubID]
  {
    let sql = """
      SELECT hub FROM campaign_unit WHERE campaign = ? AND (? IS NULL OR state = ?) ORDER BY hub LIMIT ?
      """
    return try String.fetchAll(
      database, sql: sql, arguments: [id.text, state?.rawValue, state?.rawValue, limit]
    ).compactMap { HubID($0) }
  }

  /// For whom hubs of the campaign were claimed last, or are being claimed or moved. What stands still, was given up or
  /// became void says nothing. A hub that was not claimed is missing.
  static func customers(_ database: Database, _ id: CampaignID) throws -> [HubID: Customer] {
    // From unit to unit of the campaign: the planner would rather read all of the outbox.
    let sql = """
      SELECT body FROM journal WHERE seq IN (
        SELECT max(o.seq) FROM campaign_unit AS u CROSS JOIN outbox AS o INDEXED BY outbox_by_hub ON o.hub = u.hub
        WHERE u.campaign = ? AND o.state IN ('owed', 'sending', 'settled') AND o.kind IN ('claim-hub', 'move-hub')
        GROUP BY u.hub)
      """
    var customers: [HubID: Customer] = [:]
    for body in try Data.fetchAll(database, sql: sql, arguments: [id.text]) {
      let intent = try JSONDecoder().decode(OutboxIntent.self, from: body)
      guard let hub = intent.hub else { continue }
      customers[hub] = intent.effect.customer
    }
    return customers
  }

  static func refusals(_ database: Database, _ id: CampaignID, limit: Int) throws -> [Fault] {
    try String.fetchAll(
      database,
      sql: "SELECT fault FROM campaign_unit WHERE campaign = ? AND state = 'refused' ORDER BY hub LIMIT ?",
      arguments: [id.text, limit]
    ).map { try JSONDecoder().decode(Fault.self, from: Data($0.utf8)) }
  }

  private static func record(_ row: Row) throws -> CampaignRecord {
    let text: String = try row.decode(String.self, atIndex: 0)
    func damaged() -> Fault { Fault(.ledgerCorrupt, ["table": "campaign", "campaign": text]) }
    guard let id = CampaignID(text),
      let act = Campaign.Act(rawValue: try row.decode(String.self, atIndex: 1)),
      let opened = Timestamp(try row.decode(String.self, atIndex: 6))
    else { throw damaged() }
    let campaign = Campaign(
      id: id, act: act, reason: try row.decode(String.self, atIndex: 2),
      question: try row.decode(String.self, atIndex: 3), units: try row.decode(Int.self, atIndex: 4))
    return CampaignRecord(
      campaign: campaign,
      opened: BatchRecord.Act(
        sequence: try row.decode(Int64.self, atIndex: 5), time: opened,
        actor: try row.decode(String.self, atIndex: 7), reason: campaign.reason),
      ended: try row.decode(String?.self, atIndex: 8).flatMap { Timestamp($0) },
      waiting: try row.decode(Int.self, atIndex: 9), done: try row.decode(Int.self, atIndex: 10),
      refused: try row.decode(Int.self, atIndex: 11))
  }
}
