/// What is plugged in, as far as udev has told: takes messages and looks, answers with events. No input or output.
///
/// udev says things twice (the enumeration and a queued `add`, `change`, `bind`), too early (without properties), or not
/// at all (a full socket buffer); the table makes one appearance and one disappearance of it.
struct DeviceTable {
  private struct Entry {
    var device: SerialDevice
    var plug: String?
  }

  /// More ttys than any bench has; a storm of forged devices stops here.
  static let capacity = 4096

  /// Which devices are told about.
  let accepts: @Sendable (SerialDevice) -> Bool
  private var entries: [String: Entry] = [:]
  /// Serials that were told as shared, so that they are told once per change.
  private var toldShared: [SharedSerial: Set<String>] = [:]

  init(accepts: @escaping @Sendable (SerialDevice) -> Bool) { self.accepts = accepts }

  /// What an `add`, a `change`, or a look into sysfs showed.
  ///
  /// - Returns: nil when the device is not complete and should be looked at again; the events otherwise.
  mutating func saw(_ record: UdevRecord) -> [UdevEvent]? {
    let known = entries[record.sysPath]
    guard case .complete(let device) = record.reading else {
      // Known and now without properties: it is being pulled. Its own remove comes, or a rescan misses it.
      return known == nil ? nil : []
    }
    if let known {
      let isSamePlug = known.plug == nil || record.plug == nil || known.plug == record.plug
      if isSamePlug && known.device.isSamePlug(as: device) {
        entries[record.sysPath]?.plug = record.plug ?? known.plug
        return []
      }
    }
    guard accepts(device), known != nil || entries.count < Self.capacity else {
      return remove(record.sysPath)
    }
    var events = remove(record.sysPath)
    // One node cannot belong to two devices: the remove of the first was lost.
    for other in entries.values where other.device.devicePath == device.devicePath {
      events += remove(other.device.sysPath)
    }
    entries[record.sysPath] = Entry(device: device, plug: record.plug)
    return events + [.appeared(device)] + sharing(with: device)
  }

  /// The identity comes from here and never from sysfs: the parents are gone by then.
  mutating func remove(_ sysPath: String) -> [UdevEvent] {
    guard let entry = entries.removeValue(forKey: sysPath) else { return [] }
    if let key = SharedSerial(entry.device) { toldShared[key]?.remove(entry.device.sysPath) }
    return [.disappeared(entry.device)]
  }

  /// Everything there is, after messages were lost: what is not in it is gone.
  ///
  /// - Returns: the events, and the records that are not complete yet.
  mutating func reconcile(_ records: [UdevRecord]) -> (events: [UdevEvent], incomplete: [String]) {
    let present = Set(records.map(\.sysPath))
    var events = entries.keys.filter { !present.contains($0) }.sorted().flatMap { remove($0) }
    var incomplete: [String] = []
    for record in records {
      if let told = saw(record) { events += told } else { incomplete.append(record.sysPath) }
    }
    return (events, incomplete)
  }

  private mutating func sharing(with device: SerialDevice) -> [UdevEvent] {
    guard let key = SharedSerial(device) else { return [] }
    let sharers = entries.values.map(\.device).filter { SharedSerial($0) == key }
    // One adapter with four channels shares its serial with itself, and rightly so.
    guard Set(sharers.map(\.usbTopology)).count > 1 else { return [] }
    let paths = Set(sharers.map(\.sysPath))
    guard toldShared[key] != paths else { return [] }
    toldShared[key] = paths
    return [.sharedSerial(key.serial, sharers.sorted { $0.sysPath < $1.sysPath })]
  }
}

extension SerialDevice {
  /// The same but for what `change` events may add later.
  fileprivate func isSamePlug(as other: SerialDevice) -> Bool {
    devicePath == other.devicePath && pathID == other.pathID && usbSerial == other.usbSerial
      && vendorID == other.vendorID && productID == other.productID && major == other.major
      && minor == other.minor
  }
}
