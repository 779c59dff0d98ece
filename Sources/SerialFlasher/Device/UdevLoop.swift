import Glibc

/// What the watcher's thread does, from the first look to the last event.
struct UdevLoop {
  private static let subsystem = "tty"
  /// Messages in a row that are not for us or make no sense before the socket counts as broken.
  private static let patience = 10_000

  private let configuration: UdevWatcher.Configuration
  private let session: UdevSession
  private let tell: AsyncStream<UdevEvent>.Continuation
  private var table: DeviceTable
  private var retries = RetryList()
  private var isBehind = false

  static func run(
    _ configuration: UdevWatcher.Configuration, wake: WakeSignal, stopping: Flag,
    tell: AsyncStream<UdevEvent>.Continuation
  ) {
    do throws(UdevError) {
      var loop = try UdevLoop(configuration, tell: tell)
      try loop.begin()
      while !stopping.isRaised && !loop.isBehind {
        var polled = [
          pollfd(fd: loop.session.descriptor, events: Int16(POLLIN), revents: 0),
          pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polled, 2, loop.timeout)
        wake.silence()
        if stopping.isRaised { break }
        try loop.readMessages()
        loop.lookAgain()
      }
    } catch {
      switch error {
      case .notRunning:
        tell.yield(.lost(reason: "no udevd runs on this machine (/run/udev/control is missing)"))
      case .failed(let call, let code):
        tell.yield(.lost(reason: "\(call): \(String(cString: strerror(code)))"))
      }
    }
  }

  private init(
    _ configuration: UdevWatcher.Configuration, tell: AsyncStream<UdevEvent>.Continuation
  ) throws(UdevError) {
    self.configuration = configuration
    self.tell = tell
    table = DeviceTable(accepts: configuration.accepts)
    // Listening starts here, before anything is looked at: what is plugged in from now on is heard, and may be seen too.
    session = try UdevSession(subsystem: Self.subsystem, receiveBuffer: configuration.receiveBuffer)
  }

  private mutating func begin() throws(UdevError) {
    configuration.betweenListeningAndLooking?()
    try lookAround()
    emit([.ready])
  }

  private mutating func lookAround() throws(UdevError) {
    let (events, incomplete) = table.reconcile(try session.enumerate(subsystem: Self.subsystem))
    for path in incomplete { retries.add(path, now: .now) }
    emit(events)
  }

  private mutating func readMessages() throws(UdevError) {
    configuration.beforeReading?()
    var nonsense = 0
    while !isBehind {
      switch session.receive() {
      case .none: return
      case .seen(let record): saw(record)
      case .removed(let sysPath):
        retries.remove(sysPath)
        emit(table.remove(sysPath))
      case .unclear: try lookAround()
      case .overflow: try startOver()
      case .ignored(let code):
        nonsense += 1
        if nonsense > Self.patience { throw .failed(call: "udev_monitor_receive_device", errno: code) }
      }
    }
  }

  /// Messages were lost. Those that are still queued are older than the ones that are gone: an `add` among them may
  /// be of a device whose `remove` will never come. So they are thrown away, and then everything is looked at.
  private mutating func startOver() throws(UdevError) {
    var thrownAway = 0
    drain: while thrownAway < Self.patience {
      if case .none = session.receive() { break drain }
      thrownAway += 1
    }
    try lookAround()
  }

  private mutating func saw(_ record: UdevRecord) {
    if let events = table.saw(record) {
      retries.remove(record.sysPath)
      emit(events)
    } else {
      retries.add(record.sysPath, now: .now)
    }
  }

  private mutating func lookAgain() {
    for path in retries.due(now: .now) {
      if let record = session.look(at: path) { saw(record) } else { retries.remove(path) }
    }
  }

  private mutating func emit(_ events: [UdevEvent]) {
    for event in events {
      // A reader this far behind has stopped reading; it must not believe that it knows what is plugged in.
      if case .dropped = tell.yield(event) { isBehind = true }
    }
  }

  private var timeout: Int32 {
    guard let due = retries.nextDue else { return -1 }
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: due).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }
}
