/// How the cloud answers a call, and what the call changes; the change is durable before the answer goes out.
struct CloudDecision: Hashable, Sendable {
  var answer: SimulatedAnswer
  var change: CloudChange?

  init(_ answer: SimulatedAnswer, _ change: CloudChange? = nil) {
    self.answer = answer
    self.change = change
  }
}
