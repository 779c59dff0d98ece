import Glibc

/// Two pseudo-terminals back to back, so that a station can open one as its serial device while a shell has the other
/// as its controlling terminal. One pair is not enough: the station would then own the master, which no serial
/// device is, or share the shell's line settings.
///
/// A value that moves bytes when told to; `ShellBench` owns the thread that polls.
struct TerminalPump {
  /// What the station opens; nil while unplugged.
  private(set) var outer: PseudoTerminal?
  /// The present device's node, or the last one's.
  private(set) var outerPath: String
  /// What the shell sits on.
  let inner: PseudoTerminal
  /// Nobody holds the inner device: its master would poll as hung up without end.
  var hubIsAway = false
  /// At most so many bytes per write to the station, so that its reads break at odd places; nil for no limit.
  var pieceLimit: Int?
  private(set) var heard: ByteRing
  private(set) var typed: ByteRing
  private var towardsStation: [UInt8] = []
  private var towardsHub: [UInt8] = []

  /// A wire has no flow control here: what the station does not take is lost, oldest first, and the hub never waits.
  static let stationBacklog = 1 << 20
  /// Beyond this the station's own writes wait.
  static let hubBacklog = 1 << 16

  init(outer: PseudoTerminal, inner: PseudoTerminal, remembering: Int) {
    self.outer = outer
    outerPath = outer.devicePath
    self.inner = inner
    heard = ByteRing(capacity: remembering)
    typed = ByteRing(capacity: remembering)
  }

  /// What to poll for now, outer first; a descriptor of -1 is passed over by `poll`.
  var interests: [pollfd] {
    var station = pollfd(fd: outer?.master ?? -1, events: 0, revents: 0)
    if towardsHub.count < Self.hubBacklog { station.events |= Int16(POLLIN) }
    if !towardsStation.isEmpty { station.events |= Int16(POLLOUT) }
    // Asked for nothing, poll would still report a hang-up; the outer device is held open, so there is none.
    var hub = pollfd(fd: hubIsAway ? -1 : inner.master, events: Int16(POLLIN), revents: 0)
    if !towardsHub.isEmpty { hub.events |= Int16(POLLOUT) }
    return [station, hub]
  }

  /// Moves what can be moved without waiting. Stale poll results do no harm: every descriptor is non-blocking.
  mutating func serve(using buffer: inout [UInt8]) {
    if let outer, towardsHub.count < Self.hubBacklog,
      case .bytes(let count) = fill(&buffer, from: outer.master)
    {
      typed.append(buffer[..<count])
      // A hub that is off hears nothing, and does not hear it later either.
      if !hubIsAway { towardsHub += buffer[..<count] }
    }
    if !hubIsAway {
      towardsHub.removeFirst(drain(towardsHub[...], into: inner.master))
      switch fill(&buffer, from: inner.master) {
      case .bytes(let count): offer(buffer[..<count])
      case .nothing: break
      case .gone: hubIsAway = true
      }
    }
    if let outer {
      let piece = towardsStation.prefix(pieceLimit ?? towardsStation.count)
      towardsStation.removeFirst(drain(piece, into: outer.master))
    }
    if hubIsAway { towardsHub = [] }
  }

  /// Bytes on their way to the station, whoever wrote them.
  mutating func offer(_ bytes: some Collection<UInt8>) {
    heard.append(bytes)
    guard outer != nil else { return }
    towardsStation += bytes
    if towardsStation.count > Self.stationBacklog {
      towardsStation.removeFirst(towardsStation.count - Self.stationBacklog)
    }
  }

  mutating func plug(_ terminal: PseudoTerminal) {
    outer = terminal
    outerPath = terminal.devicePath
  }

  /// Forgets what was in flight: it was on the wire when the wire was cut.
  mutating func unplug() {
    outer?.close()
    outer = nil
    towardsStation = []
    towardsHub = []
  }

  private enum Reading {
    case bytes(Int)
    case nothing
    case gone
  }

  private func fill(_ buffer: inout [UInt8], from descriptor: Int32) -> Reading {
    let count = read(descriptor, &buffer, buffer.count)
    if count > 0 { return .bytes(count) }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return .nothing }
    return .gone
  }

  /// How many bytes were taken.
  private func drain(_ bytes: ArraySlice<UInt8>, into descriptor: Int32) -> Int {
    guard !bytes.isEmpty else { return 0 }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    return max(count, 0)
  }
}
