/// A lock as the vendor's CreateLock takes it.
struct Lock: Hashable, Sendable, Codable {
  /// A key that the lock knows from the beginning.
  struct Key: Hashable, Sendable, Codable {
    var uuid: String
    var index: Int64?
    var user: String?
  }

  /// The vendor's number of the lock, from 1.
  var id: Int64
  /// From 1.
  var index: Int64
  /// As it was read; two spellings of one UUID are the same lock.
  var uuid: String
  var serial: String?
  var vendorName: String?
  /// The vendor's `userId` of its owner.
  var owner: String?
  var keys: [Key] = []

  /// - Throws: `value-invalid` naming the first wrong field, in the contract's own words.
  func check() throws(Fault) {
    try VendorRules.count(id, "lockId")
    try VendorRules.count(index, "index")
    try VendorRules.uuid(uuid, "uuid")
    if let serial { try VendorRules.attribute(serial, "serialNumber") }
    if let vendorName { try VendorRules.attribute(vendorName, "vendorName") }
    for (place, key) in keys.enumerated() {
      // The contract asks for text here, not for a UUID.
      try VendorRules.text(key.uuid, "keys[\(place)].uuid")
      if let index = key.index { try VendorRules.integer(index, "keys[\(place)].indexNumber") }
    }
  }
}

extension Lock.Key {
  /// `uuid`, `uuid:index` or `uuid:index:user`.
  init(_ text: String) throws(Fault) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    uuid = parts[0]
    index = nil
    user = parts.count > 2 && !parts[2].isEmpty ? parts[2] : nil
    if parts.count > 1, !parts[1].isEmpty {
      guard let number = Int64(parts[1]) else {
        throw VendorRules.invalid("keys.indexNumber", parts[1], "a whole number")
      }
      index = number
    }
  }
}
