/// What a link knows and owes, without any input or output: its thread asks what to do next and says what happened;
/// callers put requests in. Every method returns the replies that became due.
struct LinkState: Sendable {
  typealias Instant = ContinuousClock.Instant

  /// What the thread does next.
  struct Plan {
    var reads = false
    var write: (request: LinkRequest, offset: Int)?
    var discards = false
    var closes = false
    /// Nil: until somebody rings.
    var wakeAt: Instant?
    var replies: [LinkReply] = []
  }

  /// The most that one `receive` hands out.
  static let receiveLimit = 1 << 16

  let device: String
  let stallLimit: Duration
  private(set) var buffer: ReceiveBuffer
  /// Why the line is over; what was heard before is still handed out.
  private(set) var end: LineError?
  private(set) var isClosing = false
  private var readers: [LinkRequest] = []
  private var writers: [LinkRequest] = []
  private var discards: [LinkRequest] = []
  /// Of the first writer.
  private var offset = 0
  private var lastAccepted: Instant = .now
  /// Cancelled before their request came in: the cancellation handler may run first.
  private var cancelled: Set<UInt64> = []
  private var lastTicket: UInt64 = 0

  init(device: String, stallLimit: Duration, capacity: Int) {
    self.device = device
    self.stallLimit = stallLimit
    buffer = ReceiveBuffer(capacity: capacity)
  }

  mutating func newTicket() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  mutating func put(_ request: LinkRequest, now: Instant) -> [LinkReply] {
    if cancelled.remove(request.ticket) != nil || isClosing {
      return [LinkReply(request: request, answer: .failure(.closed(device: device)))]
    }
    switch request.wish {
    case .receive:
      readers.append(request)
      return serveReaders(now: now)
    case .send, .sendSecret:
      if let end { return [LinkReply(request: request, answer: .failure(end))] }
      if request.length == 0 { return [LinkReply(request: request, answer: .success([]))] }
      if writers.isEmpty { lastAccepted = now }
      writers.append(request)
    case .discardInput:
      if let end {
        buffer.removeAll()
        return [LinkReply(request: request, answer: .failure(end))]
      }
      discards.append(request)
    }
    return []
  }

  mutating func cancel(_ ticket: UInt64) -> [LinkReply] {
    guard let request = (readers + writers + discards).first(where: { $0.ticket == ticket }) else {
      cancelled.insert(ticket)
      return []
    }
    if writers.first?.ticket == ticket { offset = 0 }
    readers.removeAll { $0.ticket == ticket }
    writers.removeAll { $0.ticket == ticket }
    discards.removeAll { $0.ticket == ticket }
    return [LinkReply(request: request, answer: .failure(.closed(device: device)))]
  }

  /// The call is over; a cancellation that came after its answer is of no interest.
  mutating func forget(_ ticket: UInt64) { cancelled.remove(ticket) }

  mutating func plan(now: Instant) -> Plan {
    var plan = Plan(replies: serveReaders(now: now))
    if isClosing {
      plan.closes = true
      return plan
    }
    if !writers.isEmpty && lastAccepted.advanced(by: stallLimit) <= now {
      // Part of a message may be on the wire already: what comes after it would make no sense either.
      plan.replies += writers.map { LinkReply(request: $0, answer: .failure(.stalled(device: device))) }
      writers = []
      offset = 0
    }
    plan.reads = end == nil && buffer.room > 0
    plan.discards = !discards.isEmpty
    if let first = writers.first { plan.write = (first, offset) }
    var times = readers.compactMap { request -> Instant? in
      if case .receive(let until) = request.wish { until } else { nil }
    }
    if !writers.isEmpty { times.append(lastAccepted.advanced(by: stallLimit)) }
    plan.wakeAt = times.min()
    return plan
  }

  mutating func heard(_ bytes: some Collection<UInt8>, now: Instant) -> [LinkReply] {
    buffer.append(bytes)
    return serveReaders(now: now)
  }

  /// The driver took `count` bytes of the request; it may have been cancelled meanwhile.
  mutating func accepted(_ count: Int, of ticket: UInt64, now: Instant) -> [LinkReply] {
    lastAccepted = now
    guard let first = writers.first, first.ticket == ticket else { return [] }
    offset += count
    guard offset >= first.length else { return [] }
    writers.removeFirst()
    offset = 0
    return [LinkReply(request: first, answer: .success([]))]
  }

  mutating func discarded() -> [LinkReply] {
    buffer.removeAll()
    defer { discards = [] }
    return discards.map { LinkReply(request: $0, answer: .success([])) }
  }

  /// The line is over; the first reason stands.
  mutating func over(_ reason: LineError, now: Instant) -> [LinkReply] {
    let reason = end ?? reason
    end = reason
    let refused = (writers + discards).map { LinkReply(request: $0, answer: .failure(reason)) }
    writers = []
    discards = []
    offset = 0
    return serveReaders(now: now) + refused
  }

  mutating func close() -> [LinkReply] {
    isClosing = true
    defer {
      readers = []
      writers = []
      discards = []
      offset = 0
    }
    return (readers + writers + discards).map {
      LinkReply(request: $0, answer: .failure(.closed(device: device)))
    }
  }

  /// Bytes first, then the end, then time-outs.
  private mutating func serveReaders(now: Instant) -> [LinkReply] {
    var replies: [LinkReply] = []
    while let first = readers.first, buffer.count > 0 {
      readers.removeFirst()
      replies.append(LinkReply(request: first, answer: .success(buffer.take(atMost: Self.receiveLimit))))
    }
    guard !readers.isEmpty else { return replies }
    if let end {
      replies += readers.map { LinkReply(request: $0, answer: .failure(end)) }
      readers = []
      return replies
    }
    let due = readers.filter { if case .receive(let until) = $0.wish { until <= now } else { false } }
    replies += due.map { LinkReply(request: $0, answer: .success([])) }
    readers.removeAll { request in due.contains { $0.ticket == request.ticket } }
    return replies
  }
}
