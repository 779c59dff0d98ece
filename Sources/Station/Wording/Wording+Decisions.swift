extension Wording {
  /// Decisions of persons about units, and what refuses them.
  static func decisions(_ code: FaultCode, _ value: Values) -> (String, String) {
    let unit = value("serial", "hub", or: "this hub")
    return switch code {
    case .qualityHold:
      (
        "Hub \(unit) is held by \(value("by", or: "QA")): \(value.whole("reason", or: "see its story")).",
        "Red bin, mark: hold. Only QA releases it, by `station release`."
      )
    case .unitUnknown:
      ("No hub \(unit) in this ledger.", "`station units --text PART` finds part of a serial.")
    case .unitAmbiguous:
      ("Hubs of two models have the serial \(unit).", "Name the one that is meant by its UUID.")
    case .dispositionRefused:
      (
        "Hub \(unit) is \(value("state", or: "in another state")) and cannot be \(value("act", or: "changed so")).",
        "Nothing was done to it. Now it may be: \(value.whole("allowed", or: "nothing"))."
      )
    case .unitUnregistered:
      (
        "Hub \(unit) is not registered (\(value("registration", or: "nothing sent"))) and cannot be shipped.",
        "`station sync`, or --unregistered with a reason."
      )
    case .unitParked:
      (
        "Hub \(unit) has cloud entries that are parked.",
        "Mend their reason, then `station outbox retry --serial`: it lifts the hold."
      )
    case .identityEnded:
      (
        "Hub \(unit) has no identity any more: it ended when the hub was recalled or scrapped.",
        "`station rework` allows it a new one; else `station scrap`."
      )
    case .correctionRefused:
      (
        "Row \(value("row", or: "named")) cannot be corrected: \(value.whole("cause", or: "see its story")).",
        "Nothing was done. `station unit SERIAL` shows the rows."
      )
    case .adoptionRefused:
      (
        "Hub \(unit) cannot be taken in: \(value.whole("cause", or: "see its story")).",
        "Nothing was done. `station unit SERIAL` shows what the hub said when it was last on the bench."
      )
    case .reworkUnfinished:
      (
        "Rework of hub \(unit) is not finished; its old identity is being taken away.",
        "Put it in again until it passes, or `station scrap` it."
      )
    case .campaignUnknown:
      (
        "There is no campaign \(value("campaign", or: "of that name")).",
        "`station campaign list` names them all."
      )
    case .campaignTaken:
      (
        "There is a campaign \(value("campaign", or: "of that name")) already.",
        "`station campaign resume` goes on with it; a name is used once."
      )
    default:
      (
        "The campaign cannot be: \(value.whole("cause", or: "its values contradict")).",
        "Nothing was done. Mend that and try it again."
      )
    }
  }
}
