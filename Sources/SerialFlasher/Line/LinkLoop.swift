import Glibc
import Synchronization

/// The loop that a link's thread runs: it alone touches the descriptor, and no lock is held while it does, so that a
/// driver that hangs in a call holds up nobody but its own slot.
final class LinkLoop: Sendable {
  private struct Closing {
    var finished = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<LinkState>
  private let closing = Mutex(Closing())
  private let wake: WakeSignal
  private let device: String
  /// How long output may still drain when the link is closed: the last command must get out, but the kernel itself
  /// would wait for up to thirty seconds in close().
  private static let drainLimit = Duration.seconds(1)

  init(device: String, stallLimit: Duration, capacity: Int, wake: WakeSignal) {
    self.device = device
    self.wake = wake
    state = Mutex(LinkState(device: device, stallLimit: stallLimit, capacity: capacity))
  }

  // MARK: callers, on any thread

  func ask(_ wish: LinkRequest.Wish) async -> LinkRequest.Answer {
    let ticket = state.withLock { $0.newTicket() }
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let request = LinkRequest(ticket: ticket, wish: wish, continuation: continuation)
        deliver(state.withLock { $0.put(request, now: .now) })
        wake.ring()
      }
    } onCancel: {
      deliver(state.withLock { $0.cancel(ticket) })
      wake.ring()
    }
    state.withLock { $0.forget(ticket) }
    return answer
  }

  /// Bytes heard and not yet asked for.
  var buffered: Int { state.withLock { $0.buffer.count } }

  var isOver: Bool { state.withLock { $0.end != nil } }

  func requestClose() {
    deliver(state.withLock { $0.close() })
    wake.ring()
  }

  /// Returns when the descriptor is closed.
  func closed() async {
    await withCheckedContinuation { continuation in
      let isOver = closing.withLock { closing -> Bool in
        if !closing.finished { closing.waiting.append(continuation) }
        return closing.finished
      }
      if isOver { continuation.resume() }
    }
  }

  // MARK: the thread

  /// Until `requestClose`; takes the descriptor over and closes it.
  func run(_ descriptor: Int32) {
    var input = [UInt8](repeating: 0, count: 1 << 16)
    var hasHungUp = false
    while true {
      let plan = state.withLock { $0.plan(now: .now) }
      deliver(plan.replies)
      if plan.closes { break }
      if plan.discards {
        discardInput(descriptor)
        continue
      }
      // A hang-up is reported even to those who ask for nothing; with a full buffer that would spin.
      let isWatched = plan.reads || plan.write != nil || !hasHungUp
      let events = (plan.reads ? Int32(POLLIN) : 0) | (plan.write != nil ? Int32(POLLOUT) : 0)
      let alive = state.withLock { $0.end == nil }
      var polled = [
        pollfd(fd: isWatched && alive ? descriptor : -1, events: Int16(events), revents: 0),
        pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      poll(&polled, 2, Self.milliseconds(until: plan.wakeAt))
      wake.silence()
      let seen = Int32(polled[0].revents)
      if seen & Int32(POLLHUP | POLLERR | POLLNVAL) != 0 { hasHungUp = true }
      if seen & ~Int32(POLLOUT) != 0 && plan.reads { readAll(descriptor, &input) }
      if seen & ~Int32(POLLIN) != 0, let write = plan.write {
        self.write(write.request, write.offset, descriptor, &input)
      }
    }
    letGo(descriptor)
  }

  /// The descriptor could not be had.
  func neverOpened() {
    requestClose()
    finish()
  }

  private func readAll(_ descriptor: Int32, _ input: inout [UInt8]) {
    while true {
      let room = state.withLock { $0.end == nil ? min($0.buffer.room, input.count) : 0 }
      guard room > 0 else { return }
      let count = read(descriptor, &input, room)
      let failure = errno
      if count > 0 {
        deliver(state.withLock { $0.heard(input[..<count], now: .now) })
      } else if count == 0 {
        return over(.unplugged(device: device))
      } else if failure == EAGAIN {
        return
      } else if failure != EINTR {
        return over(LineError(device, "read", failure))
      }
    }
  }

  private func write(_ request: LinkRequest, _ offset: Int, _ descriptor: Int32, _ input: inout [UInt8]) {
    let put = { (bytes: UnsafeRawBufferPointer) -> (count: Int, errno: Int32) in
      let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      return (count, errno)
    }
    let outcome: (count: Int, errno: Int32)
    switch request.wish {
    case .send(let bytes): outcome = bytes.withUnsafeBytes(put)
    case .sendSecret(let secret): outcome = secret.withBytes(put)
    case .receive, .discardInput: return
    }
    if outcome.count > 0 {
      deliver(state.withLock { $0.accepted(outcome.count, of: request.ticket, now: .now) })
    } else if outcome.count < 0 && outcome.errno != EAGAIN && outcome.errno != EINTR {
      // The hub's last words may still be there to read.
      readAll(descriptor, &input)
      over(LineError(device, "write", outcome.errno))
    }
  }

  private func discardInput(_ descriptor: Int32) {
    let refused = tcflush(descriptor, TCIFLUSH) == 0 ? 0 : errno
    if refused != 0 { over(LineError(device, "tcflush", refused)) }
    deliver(state.withLock { $0.discarded() })
  }

  private func letGo(_ descriptor: Int32) {
    let deadline = ContinuousClock.now + Self.drainLimit
    let alive = state.withLock { $0.end == nil }
    while alive, LineDescriptor.unsent(descriptor) > 0 {
      if ContinuousClock.now > deadline {
        tcflush(descriptor, TCOFLUSH)
        break
      }
      poll(nil, 0, 10)
    }
    Glibc.close(descriptor)
    finish()
  }

  private func finish() {
    let waiting = closing.withLock { closing in
      closing.finished = true
      defer { closing.waiting = [] }
      return closing.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  private func over(_ reason: LineError) {
    deliver(state.withLock { $0.over(reason, now: .now) })
  }

  private func deliver(_ replies: [LinkReply]) {
    for reply in replies { reply.deliver() }
  }

  /// Rounded up, so that the time has really come when poll returns.
  private static func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
    guard let instant else { return -1 }
    let left = ContinuousClock.now.duration(to: instant)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    guard seconds < 86_400 else { return 86_400_000 }
    return Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000) + 1
  }
}
