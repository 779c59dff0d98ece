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
  private var faults: CloudFaultPlan.Course
  private var calls: [String: Int] = [:]
  /// Faults that struck since this start: "operation fault" -> how often.
  private var struck: [String: Int] = [:]
  /// The cloud as it was, the newest last, for reads that lag.
  private var earlier: [CloudState] = []

  init(
    state: CloudState, record: sending CloudRecord?, clock: any StationClock, faults: CloudFaultPlan,
    thingComesFirst: Bool, signer: CloudSigner = CloudSigner()
  ) {
    self.signer = signer
    self.state = state
    self.record = record
    self.clock = clock
    self.faults = CloudFaultPlan.Course(faults)
    self.thingComesFirst = thingComesFirst
  }

  func deliver(_ request: SimulatedRequest) -> Delivery {
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
    if faults.memory > 0 { earlier = Array((earlier + [state]).suffix(faults.memory)) }
    state.apply(change)
  }

  func setFaults(_ plan: CloudFaultPlan) {
    faults = CloudFaultPlan.Course(plan)
    earlier = []
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
        try SignatureVerifier(account: state.account).check(request, now: now)
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
