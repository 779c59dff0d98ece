import GRDB

/// What a new row may not contradict: rules that need the whole ledger, looked at in the writer's transaction, so that
/// nothing can come in between. Rows that are read back (rebuild, restore) were admitted once and are not asked again.
enum Admission {
  static func check(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .done(.identified(let hub)): try BatchAdmission.join(hub, row, database)
    case .batchOpened(let opening): try BatchAdmission.open(opening.batch, database)
    case .batchListed(let listed): try BatchAdmission.list(listed, database)
    case .batchChanged(let change): try BatchAdmission.change(change, database)
    case .batchClosed(let closing): try BatchAdmission.close(closing, database)
    case .campaignOpened(let campaign):
      guard try CampaignQueries.campaigns(database, campaign.id).isEmpty else {
        throw Fault(.campaignTaken, ["campaign": campaign.id.text])
      }
    case .exported(let event):
      // One is added to both where the next revision is made.
      guard (1..<row.sequence).contains(event.position), (1...event.position).contains(Int64(event.revision))
      else { throw Fault(.exportFailed, ["batch": event.batch, "cause": "its numbers cannot be"]) }
    default: break
    }
  }
}
