extension CloudSettings.Vendor {
  /// What the cloud says of a hub is compared with an organisation: the customer's, or else that of the key. Without
  /// either every claim would be sent to be parked.
  ///
  /// - Throws: `settings-invalid` naming the key, or `value-invalid` naming the customer's wrong field.
  func checkClaiming(for customer: Customer) throws(Fault) {
    try customer.check()
    guard customer.organisation == nil, organisation == nil else { return }
    throw Fault(
      .settingsInvalid,
      [
        "key": "cloud.vendor.org-id", "value": "none",
        "cause":
          "a claim is compared with the organisation of the station's key; write it there, or name --organisation",
      ])
  }
}
