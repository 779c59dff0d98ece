extension Wording {
  /// Work orders: the first three stand on tiles, the others answer a person at the desk.
  static func orders(_ code: FaultCode, _ value: Values) -> (String, String) {
    let batch = value("batch", or: "the batch")
    return switch code {
    case .batchMismatch:
      (
        "Hub is not of batch \(batch): \(value("what", or: "model, serial or firmware")).",
        "Red bin, mark: wrong batch\(value.phrase(" (it takes ", "expected", after: ")"))."
      )
    case .batchMissing:
      (
        "No batch is open on slot \(value("slot", or: "this one")).",
        "Keep the hub. Engineer: `station batch open`, then put it in."
      )
    case .batchFull:
      (
        "Batch \(batch) is full: \(value("passed", or: "all"))\(value.phrase(" of ", "planned")) passed"
          + (value("atWork", or: "0") == "0" ? "." : ", \(value("atWork", or: "")) at work."),
        "Keep the hub. Engineer: close the batch and open the next, or `station batch change --over`."
      )
    case .sealFailed:
      (
        "The record could not be sealed\(value.wholePhrase(": ", "cause")).",
        "Hubs go on. Engineer: `station seal key`, `station ledger verify`."
      )
    case .mergeFailed:
      (
        "\(value("source", or: "A source")): \(value.whole("cause", or: "cannot be merged")).",
        "Nothing was made. `station ledger verify` on that source says more."
      )
    case .exportFailed:
      (
        "No export\(value.phrase(" of ", "batch", "serial", "path"))\(value.wholePhrase(": ", "cause")).",
        "Nothing was handed over, and no revision was written down."
      )
    case .exportUnregistered:
      (
        "\(value("count", or: "Some")) units of \(batch) are not registered\(value.phrase(", such as ", "serial")).",
        "`station sync` first, or --allow-unregistered --reason."
      )
    case .batchUnknown:
      ("There is no batch \(batch).", "`station batch list` names them all.")
    case .batchTaken:
      ("There is a batch \(batch) already.", "See `station batch show`; a number is used once.")
    case .batchClosed:
      (
        "Batch \(batch) is closed\(value.phrase(" since ", "time")).",
        "A closed batch stays closed; open a new one for what is left."
      )
    case .batchAtWork:
      (
        "Hubs of batch \(batch) are on the bench\(value.phrase(": ", "slots")).",
        "Let them end or take them out, then close it."
      )
    case .batchSlotTaken:
      (
        "Batch \(value("other", or: "another")) is open on \(value("slots", or: "these slots")).",
        "Close it first, or name other slots with --slot."
      )
    case .batchOverlap:
      (
        "Serial \(value("serial", or: "of the range"))\(value.phrase(" to ", "last")) belongs to batch \(value("other", or: "another")).",
        "Nothing was opened. Ask the vendor which order has these serials."
      )
    case .batchInvalid:
      (
        PrintableText.of(
          "The batch cannot be: \(value.whole("cause", or: "its values contradict"))", limit: 119) + ".",
        value.whole("remedy", or: "Nothing was done. Mend that value and try it again.")
      )
    default:
      (
        "List of serials\(value.phrase(" ", "file")) has \(value("count", or: "some")) bad lines: \(value.whole("problems", or: "see the file")).",
        "Nothing was done. Mend them and try it again."
      )
    }
  }
}
