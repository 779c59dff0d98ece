/// The hub driver for a hub that offers a line-oriented console, as its profile describes it.
///
/// The conversation: break out of whatever the console was left in, log in where it asks, type in a small loop
/// (`ShellAgent`), and from then on ask questions whose answers are framed, encoded and carry a checksum
/// (`AnswerFrame`), or open a sink and send a file piece by piece (`SinkWord`).
///
/// What is left of the risk to a secret on its way: if something sends ^C to the hub's terminal between the word "open"
/// and the secret's one kilobyte, loop and sink are gone and a shell with a line editor reads it. Nothing of
/// the station's does that.
public actor ConsoleDriver: HubDriver {
  /// How often a question is asked or a file sent before what comes back counts as garbled.
  static let tries = 4

  let profile: ConsoleProfile
  private let line: any HubLine
  private let password: SecretBytes?
  private let now: @Sendable () -> Duration
  private let randomWord: @Sendable () -> UInt64
  private(set) var agent: ShellAgent?
  private var transcript = ConsoleTranscript()
  /// Lines heard and not yet looked at.
  private var pending: [[UInt8]] = []
  private var hasLoggedIn = false

  /// - Parameters:
  ///   - line: the wire; it belongs to this driver until the conversation is over.
  ///   - profile: how this model's console is spoken to.
  ///   - password: the login's, without a line end; nil where none is asked for.
  ///   - now: time since some fixed moment, never going back.
  ///   - randomWord: unpredictable to the hub, for markers and names.
  public init(
    line: any HubLine, profile: ConsoleProfile, password: SecretBytes? = nil,
    now: @escaping @Sendable () -> Duration = ConsoleDriver.systemTime,
    randomWord: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) {
    self.line = line
    self.profile = profile
    self.password = password
    self.now = now
    self.randomWord = randomWord
  }

  private static let epoch = ContinuousClock.now

  /// The monotonic clock of the system.
  public static func systemTime() -> Duration { ContinuousClock.now - epoch }

  public func begin() async throws(HubError) {
    agent = nil
    pending = []
    hasLoggedIn = false
    transcript.forget()
    let agent = ShellAgent(words: [newWord(), newWord(), newWord()], lineEnding: profile.login.lineEnding)
    try await enter(agent)
    self.agent = agent
    try await introduce(agent)
    for (index, command) in profile.preparation.enumerated() {
      try await run("preparation \(index + 1)", command)
    }
  }

  private func enter(_ agent: ShellAgent) async throws(HubError) {
    var entry = ConsoleEntry(
      login: profile.login, limits: profile.limits, agent: agent, hasPassword: password != nil, now: now())
    var step = ConsoleEntry.Step.listen(profile.limits.quiet)
    while true {
      switch step {
      case .entered:
        hasLoggedIn = entry.hasLoggedIn
        return
      case .fail(let error): throw error
      case .send(let text):
        try await send(Array(text.utf8))
        transcript.endOpenLine()
        step = entry.sent(transcript, now: now())
      case .sendPassword:
        if let password { try await send(secret: password) }
        try await send(Array(profile.login.lineEnding.utf8))
        transcript.endOpenLine()
        step = entry.sent(transcript, now: now())
      case .listen(let time):
        let bytes = try await receive(within: time)
        let lines = transcript.hear(bytes)
        step =
          bytes.isEmpty
          ? entry.hearNothing(transcript, now: now()) : entry.hear(lines, transcript, now: now())
      }
    }
  }

  /// Brings the functions along and asks for the programs that the profile needs.
  private func introduce(_ agent: ShellAgent) async throws(HubError) {
    let functions = agent.functions(requiring: profile.requires)
    for _ in 1...Self.tries {
      try await say(functions, to: agent)
      let word = try await expect("the hub's programs", within: profile.limits.command) { line -> String? in
        let words = String(decoding: line, as: UTF8.self)
        return words == agent.notTaken || words.hasPrefix(agent.tools) ? words : nil
      }
      if word == agent.notTaken { continue }
      let missing = ConsoleTranscript.printable(word.utf8.dropFirst(agent.tools.utf8.count))
      guard missing.isEmpty else { throw .unsupported("the hub lacks \(missing)") }
      return
    }
    throw .garbled(waitingFor: "the hub's programs", excerpt: transcript.excerpt)
  }

  /// A random word for a marker or a name: eight hexadecimal digits.
  func newWord() -> String {
    let digits = String(randomWord() & 0xFFFF_FFFF, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Asks a question: what `command` prints, and its exit status. Asked again where the answer did not come whole.
  ///
  /// - Parameter limit: bytes of output that are allowed.
  func ask(
    _ name: String, _ command: String, limit: Int = 16 << 10, within time: Duration? = nil
  ) async throws(HubError) -> AnswerFrame.Answer {
    guard let agent else { throw .unsupported("\(name) before the conversation has begun") }
    for _ in 1...Self.tries {
      let (first, second) = (newWord(), newWord())
      var frame = AnswerFrame(first, second, notTaken: agent.notTaken, limit: limit)
      try await say(
        agent.question(command, first, second, allowance: AnswerFrame.allowance(for: limit)), to: agent)
      let outcome = try await expect(
        name, within: time ?? profile.limits.command, mostHeard: (1 << 20) + limit * 4,
        inside: { frame.isInside }, { frame.hear($0) })
      switch outcome {
      case .answer(let answer): return answer
      case .tooLong:
        throw .garbled(waitingFor: "\(name) in \(limit) bytes", excerpt: transcript.excerpt)
      case .damaged, .notTaken: continue
      }
    }
    throw .garbled(waitingFor: name, excerpt: transcript.excerpt)
  }

  /// Asks and takes no other status than 0.
  @discardableResult
  func run(
    _ name: String, _ template: CommandTemplate, _ values: [String: [String]] = [:], limit: Int = 16 << 10,
    within time: Duration? = nil
  ) async throws(HubError) -> [UInt8] {
    let answer = try await ask(name, try filled(template, values), limit: limit, within: time)
    guard answer.status == 0 else { throw failed(name, answer) }
    return answer.output
  }

  /// The error for a command that ended with another status than 0: what it said on standard error, or else printed.
  func failed(_ name: String, _ answer: AnswerFrame.Answer) -> HubError {
    let said = ConsoleTranscript.printable(answer.output)
    return .commandFailed(name: name, status: answer.status, excerpt: said.isEmpty ? remarks : said)
  }

  /// What was heard beside the frames since the last question: standard error of the hub's commands.
  var remarks: String { transcript.remarks }

  /// Whether one of them has any of these words.
  func hasRemarked(_ words: [String]) -> Bool { words.contains(where: transcript.hasRemarked) }

  /// Sends a command to the loop on the hub.
  func say(_ command: String, to agent: ShellAgent) async throws(HubError) {
    transcript.forget()
    pending = []
    try await send(try agent.line(command))
  }

  /// Listens until `match` knows a line. What it does not know is a remark, but for markers and lines `inside` an answer.
  func expect<Word>(
    _ what: String, within time: Duration, mostHeard: Int = 1 << 20, inside: () -> Bool = { false },
    _ match: ([UInt8]) -> Word?
  ) async throws(HubError) -> Word {
    let end = now() + time
    while true {
      for (index, line) in pending.enumerated() {
        guard let word = match(line) else {
          if !inside(), !ShellAgent.isMarker(line) { transcript.remark(line) }
          continue
        }
        pending.removeFirst(index + 1)
        return word
      }
      pending = []
      guard transcript.heard <= mostHeard else {
        throw .garbled(waitingFor: what, excerpt: transcript.excerpt)
      }
      let left = end - now()
      let bytes = left > .zero ? try await receive(within: left) : []
      guard !bytes.isEmpty else { throw .silent(waitingFor: what, heard: transcript.heard) }
      pending = transcript.hear(bytes)
    }
  }

  func send(_ bytes: [UInt8]) async throws(HubError) {
    do { try await line.send(bytes) } catch { throw .line(error) }
  }

  func send(secret: SecretBytes) async throws(HubError) {
    transcript.hush()
    do { try await line.send(secret: secret) } catch { throw .line(error) }
  }

  private func receive(within time: Duration) async throws(HubError) -> [UInt8] {
    do { return try await line.receive(within: time) } catch { throw .line(error) }
  }

  public func finish() async throws(HubError) {
    try await run("sweep", profile.sweep)
    for (index, command) in profile.finish.enumerated() {
      try await run("finish \(index + 1)", command)
    }
    guard let agent else { return }
    if !profile.farewell.isEmpty { try await say(try filled(profile.farewell, [:]), to: agent) }
    try await say(agent.closing, to: agent)
    self.agent = nil
    if hasLoggedIn || profile.logsOut { try await send(Array(" exit\(profile.login.lineEnding)".utf8)) }
  }
}
