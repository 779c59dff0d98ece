import Foundation

/// Where every call arrives, one after the other: refused, decided, recorded, answered.
actor CloudDesk {
  /// What the connection does with a call in the end.
  enum Delivery: Sendable {
    case answer(SimulatedAnswer, after: Duration)
    /// The connection breaks without an answer.
    case broken
    /// The connection stays, without an answer.
    case silent
  }

  private(set) var state: CloudState
  private let record: CloudRecord?
  private let clock: any StationClock
  private let thingComesFirst: Bool
  private let signer: CloudSigner
  private let hubAnswers: HubAnswers
  private var faults: CloudFaultPlan.Course
  private var calls: [String: Int] = [:]
  /// Faults that struck since this start: "operation fault" -> how often.
  private var struck: [String: Int] = [:]
  /// The cloud as it was, the newest last, for reads that lag.
  private var earlier: [CloudState] = []
  /// Commands that no hub has answered yet.
  private var forwarded: [(thing: String, desired: JSONValue)] = []
  /// What the vendor's reads still see: the cloud before a change, until that change shows.
  private var lagging: [(state: CloudState, until: Duration)] = []

  init(
    state: CloudState, record: sending CloudRecord?, clock: any StationClock, faults: CloudFaultPlan,
    thingComesFirst: Bool, signer: CloudSigner = CloudSigner(),
    hubAnswers: @escaping HubAnswers = SimulatedMatterServer.answers
  ) {
    self.hubAnswers = hubAnswers
    self.signer = signer
    self.state = state
    self.record = record
    self.clock = clock
    self.faults = CloudFaultPlan.Course(faults)
    self.thingComesFirst = thingComesFirst
  }

  func deliver(_ request: SimulatedRequest) async -> Delivery {
    let delivery = decide(request)
    // A hub that was sent a command answers it at once, into its shadow.
    while !forwarded.isEmpty {
      let (thing, desired) = forwarded.removeFirst()
      guard case .text(let command)? = desired["command"],
        let answer = await hubAnswers(command, desired["args"])
      else { continue }
      // What could not be recorded did not happen: the hub did not answer.
      // AWS IoT keeps a time for each leaf, and an empty list has none: the command's name is one.
      let members = (answer.asObject ?? [:]).merging(["command": .text(command)]) { $1 }
      do { try apply(.answerReported(thing: thing, .object(members), clock.now())) } catch { continue }
    }
    return delivery
  }

  private func decide(_ request: SimulatedRequest) -> Delivery {
    guard let segments = request.segments,
      let (operation, parameter) = CloudOperation.matching(method: request.method, segments: segments)
    else { return .answer(stamped(Self.unknown(request)), after: .zero) }
    calls[operation.rawValue, default: 0] += 1
    let fault = faults.next(for: operation)
    if let fault { struck["\(operation.rawValue) \(fault.name)", default: 0] += 1 }
    if case .droppedBefore = fault { return .broken }
    if case .silent(done: false) = fault { return .silent }
    if let struck = fault?.answer(to: operation) { return .answer(stamped(struck), after: .zero) }
    var seen = state
    if operation.isVendors, operation.isRead { seen = shown() }
    if case .behind(let changes) = fault, operation.isRead {
      seen = earlier.suffix(changes).first ?? state
    }
    let answer = stamped(answer(request, operation, parameter, seeing: seen))
    switch fault {
    case .droppedAfter: return .broken
    case .silent: return .silent
    case .truncated:
      var half = answer
      half.body = Array(half.body.prefix(half.body.count / 2))
      return .answer(half, after: .zero)
    case .late(let milliseconds): return .answer(answer, after: .milliseconds(milliseconds))
    default: return .answer(answer, after: .zero)
    }
  }

  /// Something that others did to the cloud: a suspension, a rotated key, a hub provisioned elsewhere.
  func apply(_ change: CloudChange) throws(SimulatedCloudError) {
    // Synced on this thread: the simulator may wait, nobody else's work runs here.
    try record?.append(change)
    if let lag = faults.nextLag() { lagging.append((state, clock.uptime() + lag)) }
    if faults.memory > 0 { earlier = Array((earlier + [state]).suffix(faults.memory)) }
    state.apply(change)
    if case .commandForwarded(let thing, let desired) = change { forwarded.append((thing, desired)) }
  }

  func setFaults(_ plan: CloudFaultPlan) {
    faults = CloudFaultPlan.Course(plan)
    earlier = []
    lagging = []
  }

  /// The cloud as the vendor's reads show it: a change shows only when all before it do.
  private func shown() -> CloudState {
    let now = clock.uptime()
    guard let first = lagging.firstIndex(where: { $0.until > now }) else {
      lagging = []
      return state
    }
    lagging.removeFirst(first)
    return lagging[0].state
  }

  func audit() -> CloudAudit { state.audit(calls: calls, faults: struck) }

  private func answer(
    _ request: SimulatedRequest, _ operation: CloudOperation, _ parameter: String, seeing seen: CloudState
  ) -> SimulatedAnswer {
    do throws(CloudRefusal) {
      let now = clock.now()
      if operation.isVendors {
        try VendorKey(account: state.account).check(request, operation: operation)
      } else {
        try SignatureVerifier(
          account: state.account, service: operation == .getThingShadow ? "iotdata" : "iot"
        ).check(request, now: now)
      }
      let decision = try seen.decide(
        CloudCall(
          operation: operation, parameter: parameter, request: request, account: state.account, now: now,
          freshID: UUID().uuidString.lowercased(), signer: signer, thingComesFirst: thingComesFirst))
      if let change = decision.change {
        do { try apply(change) } catch {
          // What could not be recorded did not happen.
          return CloudFault.failed(status: 500).answer(to: operation) ?? decision.answer
        }
      }
      return decision.answer
    } catch {
      return error.answer
    }
  }

  private func stamped(_ answer: SimulatedAnswer) -> SimulatedAnswer {
    var stamped = answer
    stamped.headers["x-amzn-RequestId"] = UUID().uuidString.lowercased()
    return stamped
  }

  private static func unknown(_ request: SimulatedRequest) -> SimulatedAnswer {
    let first = request.path.split(separator: "/").first ?? ""
    if ["hubs", "locks", "users"].contains(first) {
      return SimulatedAnswer(404, ["success": false, "error": "NotFound", "message": "No such route"])
    }
    return CloudRefusal.registry(
      status: 404, type: "UnknownOperationException",
      message: "No method found matching \(request.method) \(request.path.prefix(200))"
    ).answer
  }
}
