/// One call that waits for the link's thread.
struct LinkRequest: Sendable {
  typealias Answer = Result<[UInt8], LineError>

  /// What is asked. Bytes to send are shared with the caller, never copied; a secret stays in its own memory.
  enum Wish: Sendable {
    case receive(until: ContinuousClock.Instant)
    case send([UInt8])
    case sendSecret(SecretBytes)
    case discardInput
  }

  let ticket: UInt64
  let wish: Wish
  let continuation: CheckedContinuation<Answer, Never>

  /// How many bytes are to be sent.
  var length: Int {
    switch wish {
    case .send(let bytes): bytes.count
    case .sendSecret(let secret): secret.count
    case .receive, .discardInput: 0
    }
  }
}
