import GRDB

/// One row per revision and profile that was handed over.
enum ExportProjection {
  static func apply(_ row: JournalRow, _ event: ExportEvent, _ database: Database) throws {
    let others = try Row.fetchAll(
      database, sql: "SELECT position, profile FROM export WHERE batch = ? AND revision = ?",
      arguments: [event.batch, event.revision])
    for other in others
    where try other.decode(Int64.self, atIndex: 0) != event.position
      || other.decode(String.self, atIndex: 1) == event.profile.name
    {
      throw Fault(
        .exportFailed,
        ["batch": event.batch, "cause": "revision \(event.revision) was made meanwhile: try again"])
    }
    try database.run(
      "INSERT INTO export(id, batch, revision, profile, position, seq) VALUES(?, ?, ?, ?, ?, ?)",
      [
        "\(event.batch) \(event.revision) \(event.profile.name)", event.batch, event.revision,
        event.profile.name, event.position, row.sequence,
      ])
  }
}
