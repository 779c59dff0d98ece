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
    try await confirm(files)
  }

  public func activateStaged() async throws(HubError) {
    try await syncStorage()
    let answer = try await ask("activation", try filled(profile.activate, [:]))
    guard answer.status == 0 else {
      throw .storageRefused(path: profile.identity, excerpt: failed("", answer).excerpt)
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

  /// Compares what is in storage with what was sent; a file that differs is sent once more by the caller's next try.
  private func confirm(_ files: [HubFile]) async throws(HubError) {
    let actual = try await digests(of: files.map(\.path), below: profile.root + profile.staged)
    for file in files {
      let expected = file.content.withBytes { SHA256Digest.hex(of: $0) }
      guard actual[file.path] == expected else {
        throw .digestMismatch(path: file.path, expected: expected, actual: actual[file.path] ?? "")
      }
    }
  }

  func prepareStaged(for paths: [String]) async throws(HubError) {
    let answer = try await ask(
      "staged folder", try filled(profile.prepareStaged, ["folders": HubFile.folders(of: paths)]))
    guard answer.status == 0 else { throw refused(profile.staged, failed("", answer).excerpt) }
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
    var closed: Int?
    for _ in 1...Self.tries {
      let (first, second) = (newWord(), newWord())
      let hear: ([UInt8]) -> SinkWord? = { SinkWord($0, first, second, notTaken: agent.notTaken) }
      try await say(agent.opensSink(command, first, second), to: agent)
      let word = try await expect(
        "the sink for \(file.path)", within: profile.limits.transfer, hear)
      if word == .notTaken { continue }
      if case .closed(let status) = word {
        throw refused(file.path, remarks.isEmpty ? "status \(status)" : remarks)
      }
      closed = try await feed(file, hear, progress: progress)
      break
    }
    guard let closed else { throw .garbled(waitingFor: "the sink for \(file.path)", excerpt: remarks) }
    guard closed == 0 else { throw refused(file.path, remarks.isEmpty ? "status \(closed)" : remarks) }
  }

  /// The pieces of a file, each after the hub has taken the one before.
  ///
  /// - Returns: the status with which the sink has closed.
  private func feed(
    _ file: HubFile, _ hear: ([UInt8]) -> SinkWord?, progress: (Int) -> Void
  ) async throws(HubError) -> Int {
    let size = file.content.count
    var sent = 0
    while true {
      let end = min(sent + DataLines.bytesPerPiece, size)
      let isLast = end == size
      try await sendPiece(of: file.content, sent..<end, closing: isLast)
      sent = end
      // Acknowledgements are printed twice: one with an older count is the second copy of an earlier one.
      let lines = DataLines.lines(for: sent)
      let word = try await expect("the hub to take \(file.path)", within: profile.limits.transfer) { line in
        let word = hear(line)
        if case .taken(let count) = word, count < lines { return Optional<SinkWord>.none }
        return word == .opened ? nil : word
      }
      switch word {
      case .closed(let status):
        if status == 0 { progress(sent) }
        return status
      case .taken(let count) where count == lines: progress(sent)
      case .taken, .opened, .notTaken:
        throw .garbled(waitingFor: "the hub to take \(file.path)", excerpt: remarks)
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
    if let dropCaches = profile.dropCaches { _ = try await ask("drop caches", try filled(dropCaches, [:])) }
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
  private func refused(_ path: String, _ excerpt: String) -> HubError {
    let words = excerpt.lowercased()
    let isFull = ["no space left", "file too large", "quota exceeded"].contains { words.contains($0) }
    return isFull ? .storageFull(path: path) : .storageRefused(path: path, excerpt: excerpt)
  }
}

extension HubError {
  /// The hub's own words, where the error has some.
  var excerpt: String {
    switch self {
    case .garbled(_, let excerpt), .commandFailed(_, _, let excerpt), .storageRefused(_, let excerpt): excerpt
    default: ""
    }
  }
}
