import CUdev
import Glibc

/// libudev's context, monitor and enumeration, for use on one thread only: the library has no locks.
final class UdevSession {
  /// What came out of the monitor.
  enum Message {
    case seen(UdevRecord)
    case removed(sysPath: String)
    /// Moved, or otherwise not worth a guess: look at everything.
    case unclear
    /// The kernel threw messages away because nobody read them in time.
    case overflow
    /// Nothing more for now.
    case none
    /// Not for us, or not well-formed.
    case ignored(errno: Int32)
  }

  private let context: OpaquePointer
  private let monitor: OpaquePointer
  let descriptor: Int32

  /// - Parameter receiveBuffer: bytes; the system caps it for those who are not root (net.core.rmem_max).
  init(subsystem: String, receiveBuffer: Int32) throws(UdevError) {
    guard let context = udev_new() else { throw .failed(call: "udev_new", errno: errno) }
    // "udev" and not "kernel": the kernel speaks a quarter to half a second earlier, when the node still belongs
    // to root alone and has no properties.
    guard let monitor = udev_monitor_new_from_netlink(context, "udev") else {
      let failure = errno
      udev_unref(context)
      throw .failed(call: "udev_monitor_new_from_netlink", errno: failure)
    }
    self.context = context
    self.monitor = monitor
    _ = udev_monitor_set_receive_buffer_size(monitor, receiveBuffer)
    descriptor = udev_monitor_get_fd(monitor)
    var failure = udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, nil)
    guard failure >= 0 else { throw .failed(call: "udev_monitor_filter_add_match", errno: -failure) }
    failure = udev_monitor_enable_receiving(monitor)
    guard failure >= 0 else { throw .failed(call: "udev_monitor_enable_receiving", errno: -failure) }
    guard Self.hears(descriptor) else { throw .notRunning }
  }

  /// Where libudev finds no udevd it makes a monitor all the same, in no multicast group: it would be silent for ever.
  private static func hears(_ descriptor: Int32) -> Bool {
    // struct sockaddr_nl: family and padding, port, groups. umockdev has another family here and is taken at its word.
    var address: [UInt32] = [0, 0, 0]
    var length = socklen_t(12)
    let answer = address.withUnsafeMutableBytes { place -> Int32 in
      guard let base = place.baseAddress else { return -1 }
      return getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length)
    }
    return answer != 0 || address[0] & 0xffff != 16 || address[2] != 0
  }

  /// Everything of a subsystem that is there now.
  func enumerate(subsystem: String) throws(UdevError) -> [UdevRecord] {
    guard let enumeration = udev_enumerate_new(context) else {
      throw .failed(call: "udev_enumerate_new", errno: errno)
    }
    defer { udev_enumerate_unref(enumeration) }
    var failure = udev_enumerate_add_match_subsystem(enumeration, subsystem)
    guard failure >= 0 else { throw .failed(call: "udev_enumerate_add_match_subsystem", errno: -failure) }
    failure = udev_enumerate_scan_devices(enumeration)
    guard failure >= 0 else { throw .failed(call: "udev_enumerate_scan_devices", errno: -failure) }
    var records: [UdevRecord] = []
    var entry = udev_enumerate_get_list_entry(enumeration)
    while let present = entry {
      if let name = udev_list_entry_get_name(present), let record = look(at: String(cString: name)) {
        records.append(record)
      }
      entry = udev_list_entry_get_next(present)
    }
    return records
  }

  /// The device as sysfs and udev's database show it now; nil when it is gone.
  func look(at sysPath: String) -> UdevRecord? {
    guard let device = udev_device_new_from_syspath(context, sysPath) else { return nil }
    defer { udev_device_unref(device) }
    return record(of: device)
  }

  /// The next message, without waiting.
  func receive() -> Message {
    errno = 0
    guard let device = udev_monitor_receive_device(monitor) else {
      switch errno {
      case 0, EAGAIN: return .none
      case ENOBUFS: return .overflow
      default: return .ignored(errno: errno)
      }
    }
    defer { udev_device_unref(device) }
    guard let record = record(of: device) else { return .ignored(errno: EBADMSG) }
    switch udev_device_get_action(device).map({ String(cString: $0) }) {
    case "remove", "offline": return .removed(sysPath: record.sysPath)
    case "move": return .unclear
    // `add` is what counts; `change` and `bind` come again for a device that is known, and complete one that was not.
    default: return .seen(record)
    }
  }

  private func record(of device: OpaquePointer) -> UdevRecord? {
    guard let path = udev_device_get_syspath(device) else { return nil }
    var properties: [String: String] = [:]
    for name in UdevRecord.names {
      if let value = udev_device_get_property_value(device, name) {
        properties[name] = String(cString: value)
      }
    }
    return UdevRecord(sysPath: String(cString: path), properties: properties)
  }

  deinit {
    udev_monitor_unref(monitor)
    udev_unref(context)
  }
}
