/// A restore, before and after, as text.
enum RestoreText {
  static func lines(_ restore: RestorePreview) -> [String] {
    func path(_ text: String) -> String { PrintableText.of(text, limit: 300) }
    var lines = [
      "backup        \(path(restore.backup)): \(restore.backupRows) rows\(time(", the last at ", restore.backupTime)), verified",
      "ledger        \(path(restore.ledger)): \(present(restore))",
    ]
    if let record = restore.record { lines.append("second copy   \(path(record))") }
    let will = restore.done ? "" : "would be "
    lines.append(
      "brought back  \(restore.fromLedger) rows \(will)taken from the ledger, \(restore.fromRecord) from the second copy"
    )
    lines.append("ends at       row \(restore.rows)\(time(", ", restore.time))")
    lines.append("lost          \(lost(restore))")
    if !restore.held.isEmpty {
      lines.append("on hold       \(restore.done ? "" : "would be ")\(units(restore.held))")
    }
    if !restore.displaced.isEmpty {
      lines.append("not on hold   \(units(restore.displaced)); other hubs have these serials here")
    }
    if restore.done {
      if let kept = restore.kept { lines.append("kept          \(path(kept))") }
      lines.append("Restored. Next: station ledger verify, then station doctor.")
    } else {
      lines.append("Nothing was done. Say --yes to do it; the ledger that is there is kept beside it.")
    }
    return lines
  }

  private static func present(_ restore: RestorePreview) -> String {
    switch restore.present {
    case "none": "there is none"
    case "sound": "every page is in order"
    case "damaged": "damaged; what can be read of it is used"
    default: "cannot be read (\(restore.presentFault?.rawValue ?? "unknown"))"
    }
  }

  private static func units(_ units: [RestorePreview.HeldUnit]) -> String {
    let serials = units.prefix(20).map { PrintableText.of($0.serial.text, limit: 64) }
    return "\(units.count) \(units.count == 1 ? "unit" : "units") of lost rows: "
      + serials.joined(separator: " ") + (units.count > 20 ? " …" : "")
  }

  private static func lost(_ restore: RestorePreview) -> String {
    let since = "Hubs that passed since then and come back are refused as finished elsewhere"
    switch restore.lost {
    case 0?: return "nothing"
    case let count?:
      return
        "\(count) \(count == 1 ? "row" : "rows")\(time(", the newest at ", restore.newestLost)). \(since)."
    case nil:
      let own =
        "every row after \(restore.time?.description ?? "the first"), if there were any: nobody can say"
      guard let other = restore.otherRows else { return "\(own). \(since)." }
      return
        "\(other) \(other == 1 ? "row" : "rows") of the ledger that is there: it is another record than the backup's, "
        + "and is kept beside. Of the backup's own, \(own). \(since)."
    }
  }

  private static func time(_ before: String, _ time: Timestamp?) -> String {
    time.map { "\(before)\($0.description.prefix(19))Z" } ?? ""
  }
}
