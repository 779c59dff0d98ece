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
