extension Wording {
  /// The part of the table that is about claims, questions to hubs, locks and physical keys.
  static func vendor(_ code: FaultCode, _ value: Values) -> (String, String) {
    switch code {
    case .valueInvalid:
      (
        "\(value("field", or: "A value")) must be \(value.whole("rule", or: "other"))\(value.phrase(", not \"", "value", after: "\"")).",
        "Nothing was sent. Correct it and try again."
      )
    case .hubUnanswered:
      (
        "Hub \(value("serial", "hub", or: "of this serial")) did not answer\(value.phrase(" ", "command"))\(value.phrase(" within ", "seconds", after: " s")).",
        "Nothing to do here. It is asked again by itself; `station outbox give-up` ends it."
      )
    case .hubCommandRefused:
      (
        "Hub \(value("serial", "hub", or: "of this serial")) refuses \(value("command", or: "the command"))\(value.phrase(": ", "message")).",
        "See whether the hub's program knows this command. Then `station outbox retry` or `give-up`."
      )
    case .cloudCheckOutside:
      (
        "Hub \(value("serial", "hub", or: "of this serial")) answers through the cloud\(value.phrase(" ", "name")) \(value("actual", or: "wrongly"))\(value.phrase(", not ", "expected")).",
        "Set the hub aside: on hold. Engineer: see `station unit`, then `station outbox retry`."
      )
    case .claimConflict:
      (
        "Hub \(value("serial", "hub", or: "of this serial")) is claimed for somebody else\(value.phrase(": ", "actual")).",
        "If that is wrong: `station claim --move`, then `station outbox give-up`."
      )
    case .claimForbidden:
      (
        "Vendor refuses this claim with the station's key\(value.phrase(": ", "message")).",
        "A key claims for its own organisation; others need a super key. Mend, then `station outbox retry`."
      )
    case .lockConflict:
      (
        "Vendor's cloud has another lock as \(value("lock", or: "this number"))\(value.phrase(": ", "actual")).",
        "Look at the lock's label: number, UUID, serial. Then `station outbox give-up` and add it again."
      )
    case .lockUnknown:
      (
        "No lock \(value("lock", or: "of this number")) is in this ledger\(value.phrase(", or it is not with hub ", "hub")).",
        "Nothing was written. `station lock list` shows them; `station lock add` adds one."
      )
    case .lockPacked:
      (
        "Lock \(value("lock", or: "of this number")) is already in the box of hub \(value("other", or: "another")).",
        "Nothing was written. Look into that box; `station lock unpack` takes it out of the record."
      )
    case .keyUnknown:
      (
        "Nobody knows whether the key for \(value("user", or: "this user")) was issued.",
        "Look at the vendor's list. `station key resend` issues it again, `station outbox give-up` ends it."
      )
    case .keyConflict:
      (
        "Key \(value("number", or: "of this number")) is not one of this order.",
        "Nothing was removed. Look at the number again."
      )
    default: ("The vendor's cloud has trouble: \(code.rawValue).", "Engineer: see `station outbox list`.")
    }
  }
}
