/// A request and its answer, to be handed over once no lock is held.
struct LinkReply: Sendable {
  let request: LinkRequest
  let answer: LinkRequest.Answer

  func deliver() { request.continuation.resume(returning: answer) }
}
