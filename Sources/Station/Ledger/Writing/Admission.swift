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
    default: break
    }
  }
}
