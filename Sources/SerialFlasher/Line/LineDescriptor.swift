import CSerialShims
import Glibc

/// Opening a tty and making a wire of it: raw bytes, 8 data bits, no parity, one stop bit, no flow control.
enum LineDescriptor {
  /// - Returns: a descriptor that is non-blocking, close-on-exec, locked against other openers.
  static func open(_ device: String, baud: UInt32) throws(LineError) -> Int32 {
    // Looked at before it is opened: opening alone already starts a watchdog, and waits for the writer of a FIFO.
    var facts = stat()
    guard stat(device, &facts) == 0 else { throw LineError(device, "stat", errno) }
    guard facts.st_mode & S_IFMT == S_IFCHR else {
      throw .failed(device: device, call: "isatty", errno: ENOTTY)
    }
    let descriptor = Glibc.open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw LineError(device, "open", errno) }
    do throws(LineError) {
      try claim(descriptor, device)
      try configure(descriptor, device, baud: baud)
      return descriptor
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// flock keeps root and other users out; TIOCEXCL keeps programs out that know nothing of flock, but not root.
  private static func claim(_ descriptor: Int32, _ device: String) throws(LineError) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw LineError(device, "fstat", errno) }
    guard facts.st_mode & S_IFMT == S_IFCHR, isatty(descriptor) == 1 else {
      throw .failed(device: device, call: "isatty", errno: ENOTTY)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw LineError(device, "flock", errno) }
    if isExclusive(deviceNumber: facts.st_rdev) { _ = station_line_set_exclusive(descriptor, 1) }
  }

  /// Not on a Unix98 pseudo-terminal (majors 136 to 143): whoever keeps its device open, as simulators do, keeps the
  /// exclusive mode alive after this program has died, and the next start would find the device busy for ever.
  static func isExclusive(deviceNumber: dev_t) -> Bool {
    let major = (deviceNumber >> 8) & 0xfff
    return !(136...143).contains(major)
  }

  private static func configure(_ descriptor: Int32, _ device: String, baud: UInt32) throws(LineError) {
    guard baud > 0 else { throw .baudRateRefused(device: device, baud: baud) }
    let raw = station_line_make_raw(descriptor)
    guard raw == 0 else { throw LineError(device, "tcsetattr", raw) }
    let standard = station_line_set_standard_rate(descriptor, baud)
    if standard == EINVAL {
      try setCustomRate(descriptor, device, baud: baud)
    } else if standard != 0 {
      throw LineError(device, "tcsetattr", standard)
    }
    // What lies there from before was said to somebody else, or at another rate.
    guard tcflush(descriptor, TCIFLUSH) == 0 else { throw LineError(device, "tcflush", errno) }
  }

  /// A UART divides its clock: three percent off is what a receiver bears.
  private static func setCustomRate(_ descriptor: Int32, _ device: String, baud: UInt32) throws(LineError) {
    var taken: UInt32 = 0
    let refused = station_line_set_custom_rate(descriptor, baud, &taken)
    if LineError.meansUnplugged(refused) { throw .unplugged(device: device) }
    let difference = taken > baud ? taken - baud : baud - taken
    guard refused == 0, difference <= baud / 33 else { throw .baudRateRefused(device: device, baud: baud) }
  }

  /// How many bytes the driver has taken from us and not yet put on the wire.
  static func unsent(_ descriptor: Int32) -> Int32 {
    var count: Int32 = 0
    return station_line_unsent(descriptor, &count) == 0 ? count : 0
  }
}

extension LineError {
  /// All of these are what a pulled plug looks like, at one call or another and from one driver or another.
  static func meansUnplugged(_ errno: Int32) -> Bool {
    [EIO, ENXIO, ENODEV, ENOENT].contains(errno)
  }

  init(_ device: String, _ call: String, _ errno: Int32) {
    switch errno {
    case _ where Self.meansUnplugged(errno): self = .unplugged(device: device)
    case EBUSY, EWOULDBLOCK: self = .busy(device: device)
    case EACCES, EPERM: self = .notPermitted(device: device)
    default: self = .failed(device: device, call: call, errno: errno)
    }
  }
}
