/// Files: staged, read back from storage, made live by one rename.
extension ConsoleDriver {
  public func stage(_ files: [HubFile], progress: @Sendable (Int, Int) -> Void) async throws(HubError) {
    for file in files {
      if let refusal = file.refusal { throw .unsupported(refusal) }
    }
    try await prepareStaged(for: files.map(\.path))
    let total = files.reduce(0) { $0 + $1.content.count }
    var before = 0
    for file in files {
      let start = before
      try await put(file) { progress(start + $0, total) }
      before += file.content.count
    }
    try await syncStorage()
    let differing = try await digestsDiffering(files)
    guard !differing.isEmpty else { return }
    // Bytes changed on a wire without parity: once more, and then it is not the wire.
    for file in differing { try await put(file) { _ in } }
    try await syncStorage()
    guard let file = try await digestsDiffering(differing).first else { return }
    let actual = try await digests(of: [file.path], below: profile.root + profile.staged)[file.path]
    throw .digestMismatch(path: file.path, expected: file.digest, actual: actual ?? "")
  }

  public func activateStaged() async throws(HubError) {
    try await syncStorage()
    let answer = try await ask("activation", try filled(profile.activate, [:]))
    guard answer.status == 0 else {
      throw .storageRefused(path: profile.identity, excerpt: remarks.isEmpty ? "nothing is staged" : remarks)
    }
    try await syncStorage()
  }

  public func discardStaged(includingKey: Bool) async throws(HubError) {
    try await run("discard", includingKey ? profile.discard : profile.discardButKey)
    try await run("sweep", profile.sweep)
    try await syncStorage()
  }

  public func digests(of paths: [String]) async throws(HubError) -> [String: String] {
    try await digests(of: paths, below: profile.root + profile.identity)
  }

  /// The files of which storage holds something else than what was sent.
  private func digestsDiffering(_ files: [HubFile]) async throws(HubError) -> [HubFile] {
    let actual = try await digests(of: files.map(\.path), below: profile.root + profile.staged)
    return files.filter { actual[$0.path] != $0.digest }
  }

  func prepareStaged(for paths: [String]) async throws(HubError) {
    let answer = try await ask(
      "staged folder", try filled(profile.prepareStaged, ["folders": HubFile.folders(of: paths)]))
    guard answer.status == 0 else { throw refused(profile.staged, answer.status) }
  }

  func syncStorage() async throws(HubError) {
    try await run("sync", profile.sync, within: profile.limits.sync)
  }

  /// Opens a sink for one file and sends it. Not a byte of the file leaves before the sink has said that it is open.
  private func put(_ file: HubFile, progress: (Int) -> Void) async throws(HubError) {
    guard let agent else { throw .unsupported("a file before the conversation has begun") }
    let values = [
      "path": ["\(profile.root)\(profile.staged)/\(file.path)"], "mode": ["0\(String(file.mode, radix: 8))"],
      "owner": [file.owner ?? ""],
    ]
    let command = try filled(profile.sink, values)
    for _ in 1...Self.tries {
      let (first, second) = (newWord(), newWord())
      let hear: ([UInt8]) -> SinkWord? = { SinkWord($0, first, second, notTaken: agent.notTaken) }
      try await say(agent.opensSink(command, first, second), to: agent)
      switch try await expect("the sink for \(file.path)", within: profile.limits.transfer, hear) {
      case .opened: break
      case .closed(let status): throw refused(file.path, status)
      case .notTaken, .taken: continue
      }
      switch try await feed(file, hear, progress: progress) {
      case .whole: return
      case .damaged: continue
      case .refused(let status):
        // Words of base64 itself: a byte was lost on the wire.
        let isDamaged = ["invalid input", "truncated"].contains { remarks.lowercased().contains($0) }
        guard isDamaged else { throw refused(file.path, status) }
      }
    }
    throw .garbled(waitingFor: "the hub to take \(file.path)", excerpt: remarks)
  }

  /// What became of a file that was sent.
  private enum Feeding {
    case whole
    /// Lines were lost on the way.
    case damaged
    case refused(status: Int)
  }

  /// The pieces of a file, each after the hub has taken the one before; returns when the sink has closed.
  private func feed(
    _ file: HubFile, _ hear: ([UInt8]) -> SinkWord?, progress: (Int) -> Void
  ) async throws(HubError) -> Feeding {
    let size = file.content.count
    var sent = 0
    while true {
      let end = min(sent + DataLines.bytesPerPiece, size)
      try await sendPiece(of: file.content, sent..<end, closing: end == size)
      let before = DataLines.lines(for: sent)
      sent = end
      let word = try await expect("the hub to take \(file.path)", within: profile.limits.transfer) { line in
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
        _ = try await expect("the end of \(file.path)", within: profile.limits.transfer) { line -> Bool? in
          if case .closed = hear(line) { true } else { nil }
        }
        return .damaged
      }
    }
  }

  /// Lines of base64, and then the question how many were taken, or the lone full stop that ends the file.
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

  /// SHA-256 of files below a folder of the hub; a file that is not there is absent.
  private func digests(of paths: [String], below folder: String) async throws(HubError) -> [String: String] {
    for path in paths where !HubFile.isAllowed(path: path) {
      throw .unsupported("the path \(ConsoleTranscript.printable(path.utf8))")
    }
    if !profile.dropCaches.isEmpty { _ = try await ask("drop caches", try filled(profile.dropCaches, [:])) }
    var found: [String: String] = [:]
    for start in stride(from: 0, to: paths.count, by: Self.digestsPerQuestion) {
      let group = paths[start..<min(start + Self.digestsPerQuestion, paths.count)]
      var command = ":"
      for path in group {
        let full = "\(folder)/\(path)"
        let digest = try filled(profile.digest, ["path": [full]])
        command += ";if [ -f \(ShellWord.quoted(full)) ];then h=$(\(digest));echo \"${h%% *}\";else echo -;fi"
      }
      let answer = try await ask("digests", command)
      guard answer.status == 0 else { throw failed("digests", answer) }
      let words = String(decoding: answer.output, as: UTF8.self).split(separator: "\n")
      guard words.count == group.count else {
        throw .garbled(waitingFor: "digests", excerpt: ConsoleTranscript.printable(answer.output))
      }
      for (path, word) in zip(group, words) where word != "-" {
        guard word.utf8.count == 64, word.utf8.allSatisfy({ Ascii.isBase64($0) }) else {
          throw .garbled(waitingFor: "digests", excerpt: ConsoleTranscript.printable(word.utf8))
        }
        found[path] = word.lowercased()
      }
    }
    return found
  }

  /// Four commands of the shipped profile with paths of 200 characters are a line that fits.
  private static let digestsPerQuestion = 3

  /// What the hub's words make of a refused file: no room, or something else.
  private func refused(_ path: String, _ status: Int) -> HubError {
    let words = remarks.lowercased()
    let isFull = ["no space left", "file too large", "size limit exceeded", "quota exceeded"].contains {
      words.contains($0)
    }
    // A limit on the size of files (RLIMIT_FSIZE) ends the writer by SIGXFSZ (25), often without a word.
    if isFull || status == 128 + 25 { return .storageFull(path: path) }
    return .storageRefused(path: path, excerpt: remarks.isEmpty ? "status \(status)" : remarks)
  }
}
