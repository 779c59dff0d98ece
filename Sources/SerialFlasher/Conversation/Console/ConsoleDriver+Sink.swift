/// How bytes get into a command of the hub: through a sink, piece by piece.
extension ConsoleDriver {
  /// The status by which a command says that what it read is not what was sent: it is sent again.
  static let damagedStatus = 97

  /// Opens a sink and sends `content` into it. Not a byte of it leaves before the sink has said that it is open.
  ///
  /// - Returns: the status of the command that took it.
  func pour(
    _ content: HubFile.Content, named name: String, into command: String, progress: (Int) -> Void = { _ in }
  ) async throws(HubError) -> Int {
    guard let agent else { throw .unsupported("\(name) before the conversation has begun") }
    for _ in 1...Self.tries {
      let (first, second) = (newWord(), newWord())
      let hear: ([UInt8]) -> SinkWord? = { SinkWord($0, first, second, notTaken: agent.notTaken) }
      try await say(agent.opensSink(command, first, second), to: agent)
      switch try await expect("the sink for \(name)", within: profile.limits.transfer, hear) {
      case .opened: break
      case .closed(let status): return status
      case .notTaken, .taken: continue
      }
      switch try await feed(content, named: name, hear, progress: progress) {
      case .whole: return 0
      case .damaged, .refused(status: Self.damagedStatus): continue
      case .refused(let status):
        // Words of base64 itself: a byte was lost on the wire.
        guard hasRemarked(["invalid input", "truncated"]) else { return status }
      }
    }
    throw .garbled(waitingFor: "the hub to take \(name)", excerpt: remarks)
  }

  /// What became of what was sent.
  private enum Feeding {
    case whole
    /// Lines were lost on the way.
    case damaged
    case refused(status: Int)
  }

  /// The pieces, each after the hub has taken the one before; returns when the sink has closed.
  private func feed(
    _ content: HubFile.Content, named name: String, _ hear: ([UInt8]) -> SinkWord?, progress: (Int) -> Void
  ) async throws(HubError) -> Feeding {
    let size = content.count
    var sent = 0
    while true {
      let end = min(sent + DataLines.bytesPerPiece, size)
      try await sendPiece(of: content, sent..<end, closing: end == size)
      let before = DataLines.lines(for: sent)
      sent = end
      let word = try await expect("the hub to take \(name)", within: profile.limits.transfer) { line in
        // Words are printed twice: the second copies of "open" and of the count before say nothing new.
        let word = hear(line)
        return word == .opened || word == .taken(before) ? nil : word
      }
      switch word {
      case .closed(status: 0):
        progress(sent)
        return .whole
      case .closed(let status): return .refused(status: status)
      case .taken(DataLines.lines(for: sent)): progress(sent)
      case .taken, .opened, .notTaken:
        // The sink is still open and reads on; its end is waited for, so that the next words reach the loop.
        try await send([Ascii.newline, Ascii.fullStop, Ascii.newline])
        _ = try await expect("the end of \(name)", within: profile.limits.transfer) { line -> Bool? in
          if case .closed = hear(line) { true } else { nil }
        }
        return .damaged
      }
    }
  }

  /// Lines of base64, and then the question how many were taken, or the lone full stop that ends it all.
  private func sendPiece(
    of content: HubFile.Content, _ range: Range<Int>, closing: Bool
  ) async throws(HubError) {
    let length = DataLines.length(for: range.count)
    let encode: (UnsafeMutableRawBufferPointer) -> Void = { target in
      content.withBytes { DataLines.encode(UnsafeRawBufferPointer(rebasing: $0[range]), into: target) }
      target[length] = closing ? Ascii.fullStop : Ascii.question
      target[length + 1] = Ascii.newline
    }
    switch content {
    case .secret: try await send(secret: SecretBytes(count: length + 2, filledBy: encode))
    case .plain:
      try await send(
        [UInt8](unsafeUninitializedCapacity: length + 2) { target, count in
          encode(UnsafeMutableRawBufferPointer(target))
          count = length + 2
        })
    }
  }
}
