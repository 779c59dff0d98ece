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

  private func put(_ file: HubFile, progress: (Int) -> Void) async throws(HubError) {
    let values = [
      "path": ["\(profile.root)\(profile.staged)/\(file.path)"], "mode": ["0\(String(file.mode, radix: 8))"],
      "owner": [file.owner ?? ""],
    ]
    let status = try await pour(
      file.content, named: file.path, into: try filled(profile.sink, values), progress: progress)
    guard status == 0 else { throw refused(file.path, status) }
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
    let isFull = hasRemarked(["no space left", "file too large", "size limit exceeded", "quota exceeded"])
    // A limit on the size of files (RLIMIT_FSIZE) ends the writer by SIGXFSZ (25), often without a word.
    if isFull || status == 128 + 25 { return .storageFull(path: path) }
    return .storageRefused(path: path, excerpt: remarks.isEmpty ? "status \(status)" : remarks)
  }
}
