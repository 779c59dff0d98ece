extension GlobalOptions {
  /// The keys that were issued here, in the order in which they were ordered.
  func keys() async throws -> [KeyRecord] {
    let reader = try reading()
    defer { try? reader.close() }
    var records: [KeyRecord] = []
    var after: Int64 = 0
    while true {
      let page = try await reader.outboxEntries(
        OutboxFilter(kind: .addPhysicalKey, after: after, limit: 500))
      for entry in page {
        let all = try await reader.outboxEntries(OutboxFilter(subject: entry.intent.subject.description))
        if let record = KeyRecord(all) { records.append(record) }
      }
      guard page.count == 500, let last = page.last else { return records }
      after = last.sequence
    }
  }

  func order(_ token: String) async throws -> (PhysicalKeyOrder, KeyRecord) {
    let reader = try reading()
    defer { try? reader.close() }
    let entries = try await reader.outboxEntries(OutboxFilter(subject: "key \(token.lowercased())"))
    guard let record = KeyRecord(entries), case .addPhysicalKey(let order)? = entries.first?.intent.effect
    else {
      throw CommandError(
        .badData, code: "key-unknown-here", "No key with the token \(PrintableText.of(token, limit: 64)).",
        hint: "`station key list` shows the tokens.")
    }
    return (order, record)
  }
}
