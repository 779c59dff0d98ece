/// Looks for conflicts among the rows as they go by. Sources are told apart by their labels: what their rows call the
/// station is their own word, and two may use the same.
struct MergeFindings {
  private struct Finished {
    var station: String
    var certificate: String
  }

  private(set) var conflicts: [MergeConflict] = []
  private var finished: [HubID: [Finished]] = [:]
  private var serials: [HubID: String] = [:]
  private var owners: [String: (hub: HubID, station: String)] = [:]
  private var batches: [BatchID: (station: String, batch: Batch)] = [:]
  /// By model, the batch and station that listed each serial.
  private var listed: [String: [String: (batch: BatchID, station: String)]] = [:]
  private var overlaps: Set<[BatchID]> = []
  /// Hubs whose rows are left out.
  private(set) var left: [HubID: Int] = [:]

  /// - Returns: whether the row goes into the merged ledger.
  mutating func take(_ row: JournalRow, _ entry: JournalEntry, of station: String) -> Bool {
    if let hub = row.hub, left[hub] != nil {
      left[hub, default: 0] += 1
      return false
    }
    switch entry {
    case .sealed: return false
    case .done(.identified(let found)): return identify(found, row, station)
    case .done(.passed(let pass)): finish(pass, row, station)
    case .batchOpened(let opening): open(opening.batch, station)
    case .batchListed(let listed): list(listed, station)
    default: break
    }
    return true
  }

  private mutating func identify(_ found: Identification, _ row: JournalRow, _ station: String) -> Bool {
    guard let hub = row.hub else { return true }
    let name = "\(found.model)/\(found.serial)"
    guard let owner = owners[name], owner.hub != hub else {
      owners[name] = owners[name] ?? (hub, station)
      serials[hub] = found.serial.text
      return true
    }
    conflicts.append(
      MergeConflict(
        kind: .serial, subject: name, stations: [owner.station, station],
        detail: "hubs \(owner.hub) and \(hub); the rows of the second are left out"))
    left[hub] = 1
    return false
  }

  private mutating func finish(_ pass: Evidence.Passed, _ row: JournalRow, _ station: String) {
    guard let hub = row.hub else { return }
    let known = finished[hub] ?? []
    finished[hub] = known + [Finished(station: station, certificate: pass.certificate)]
    guard let other = known.first(where: { $0.station != station }) else { return }
    let subject = serials[hub] ?? hub.text
    let stations = [other.station, station]
    if other.certificate == pass.certificate {
      conflicts.append(
        MergeConflict(kind: .hub, subject: subject, stations: stations, detail: "finished on both"))
    } else {
      conflicts.append(
        MergeConflict(
          kind: .certificate, subject: subject, stations: stations,
          detail: "certificates \(other.certificate.prefix(16)) and \(pass.certificate.prefix(16))"))
    }
  }

  private mutating func open(_ batch: Batch, _ station: String) {
    if let other = batches[batch.id], other.station != station {
      // One order on two lines is as it should be; two orders of one number are not.
      if (other.batch.model, other.batch.vendor, other.batch.range) != (
        batch.model, batch.vendor, batch.range
      ) {
        conflicts.append(
          MergeConflict(
            kind: .batch, subject: batch.id.text, stations: [other.station, station],
            detail: "model, vendor or range differ"))
      }
      return
    }
    for (id, other) in batches.sorted(by: { $0.key < $1.key }) where other.station != station {
      guard other.batch.model == batch.model, let left = other.batch.range, let right = batch.range,
        left.overlaps(right)
      else { continue }
      overlap(
        (id, other.station), (batch.id, station),
        "\(left.first) to \(left.last) and \(right.first) to \(right.last)")
    }
    if let range = batch.range {
      for (serial, other) in (listed[batch.model] ?? [:]).sorted(by: { $0.key < $1.key })
      where other.station != station && range.contains(SerialNumber(normalised: serial)) {
        overlap((other.batch, other.station), (batch.id, station), "both have \(serial)")
      }
    }
    batches[batch.id] = (station, batch)
  }

  private mutating func list(_ list: BatchSerials, _ station: String) {
    let ranges = batches.filter { $0.value.station != station && $0.value.batch.model == list.model }
    for serial in list.serials {
      for (id, other) in ranges where other.batch.range?.contains(serial) == true {
        overlap((id, other.station), (list.batch, station), "both have \(serial)")
      }
      guard let other = listed[list.model]?[serial.text] else {
        listed[list.model, default: [:]][serial.text] = (list.batch, station)
        continue
      }
      // One order on two lines is as it should be.
      if other.station != station, other.batch != list.batch {
        overlap((other.batch, other.station), (list.batch, station), "both have \(serial)")
      }
    }
  }

  /// Said once for two batches, with the first that they share.
  private mutating func overlap(
    _ one: (batch: BatchID, station: String), _ other: (batch: BatchID, station: String), _ detail: String
  ) {
    guard overlaps.insert([one.batch, other.batch]).inserted else { return }
    conflicts.append(
      MergeConflict(
        kind: .range, subject: "\(one.batch) and \(other.batch)", stations: [one.station, other.station],
        detail: detail))
  }

  /// The row is left out, because the rows that are there already leave no place for what it says.
  mutating func leaveOut(_ row: JournalRow, _ fault: Fault, of station: String) {
    let subject = row.hub.flatMap { serials[$0] } ?? fault.values["batch"] ?? fault.values["lock"] ?? row.kind
    conflicts.append(
      MergeConflict(
        kind: .row, subject: subject, stations: [station],
        detail: "row \(row.sequence) (\(row.kind)): \(Wording(fault).sentence)"))
  }
}
