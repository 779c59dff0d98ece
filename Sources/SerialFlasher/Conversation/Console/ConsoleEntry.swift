/// The way into a hub's shell, whatever state the console was left in: a boot, a login program, a prompt, a transfer.
///
/// It listens until the console is quiet and looks at the line it waits on. A login is answered; anything else is broken
/// out of, and then the station's loop is typed in. If no loop answers, it begins again until the time to boot
/// is over. A value without I/O; time is what the caller says it is.
struct ConsoleEntry {
  enum Step: Equatable {
    /// Listen for at most so long, then tell what was heard, or that nothing was.
    case listen(Duration)
    case send(String)
    case sendPassword
    /// The loop runs.
    case entered
    case fail(HubError)
  }

  private enum Place {
    /// Waiting for the console to be quiet; since when.
    case settling(since: Duration)
    /// A login program was answered; until when it may think about it. Spoken to meanwhile, it would take our words
    /// for a password, and our ^C would end it.
    case answered(until: Duration)
    /// The loop was typed in; until when it may answer.
    case opening(until: Duration)
  }

  /// Bytes that are listened to before the hub counts as garbled; a boot says less than a tenth of it.
  static let mostHeard = 8 << 20
  private static let mostLogins = 3

  private let login: ConsoleLogin
  private let limits: ConsoleLimits
  private let agent: ShellAgent
  private let hasPassword: Bool
  private let deadline: Duration
  private var place: Place
  private var brokeOut = false
  private var attempts = 0
  private var usersSent = 0
  private var passwordsSent = 0
  private var userIsAnswered = false
  private var questionsAnswered = 0
  /// Whether the station has logged in, rather than found a shell.
  var hasLoggedIn: Bool { usersSent > 0 }

  init(
    login: ConsoleLogin, limits: ConsoleLimits, agent: ShellAgent, hasPassword: Bool, now: Duration
  ) {
    self.login = login
    self.limits = limits
    self.agent = agent
    self.hasPassword = hasPassword
    deadline = now + limits.boot
    place = .settling(since: now)
  }

  /// The next step after something was heard: the lines that ended, and the transcript as it now stands.
  mutating func hear(_ lines: [[UInt8]], _ transcript: ConsoleTranscript, now: Duration) -> Step {
    if lines.contains(where: { $0.elementsEqual(agent.ready.utf8) }) { return .entered }
    if let failure = failure(transcript, now: now) { return .fail(failure) }
    switch place {
    case .settling(let since):
      // A hub that never pauses is spoken to in between.
      return now - since > limits.chatter ? answer(transcript, now: now) : listen(transcript)
    case .answered(let until):
      return now < until ? listen(transcript) : answer(transcript, now: now)
    case .opening(let until):
      return now < until ? .listen(min(limits.prompt, until - now)) : settle(now: now, transcript)
    }
  }

  /// The next step after the time given by `listen` has passed in silence.
  mutating func hearNothing(_ transcript: ConsoleTranscript, now: Duration) -> Step {
    if let failure = failure(transcript, now: now) { return .fail(failure) }
    switch place {
    case .settling: return answer(transcript, now: now)
    case .answered(let until):
      return now < until && !waitsForUs(transcript)
        ? .listen(until - now) : answer(transcript, now: now)
    case .opening:
      brokeOut = false
      return answer(transcript, now: now)
    }
  }

  /// The next step after `send` or `sendPassword` was done.
  mutating func sent(_ transcript: ConsoleTranscript, now: Duration) -> Step {
    switch place {
    case .opening: return .listen(limits.prompt)
    case .answered: return listen(transcript)
    case .settling: return settle(now: now, transcript)
    }
  }

  /// Whether the open line looks like a prompt of a login program, a question or a shell.
  private func waitsForUs(_ transcript: ConsoleTranscript) -> Bool {
    (login.passwordPrompts + login.userPrompts + login.questions.map(\.ends) + ["#", "$", ">", "%"])
      .contains(where: transcript.openLineEnds(with:))
  }

  private mutating func settle(now: Duration, _ transcript: ConsoleTranscript) -> Step {
    place = .settling(since: now)
    return listen(transcript)
  }

  private func listen(_ transcript: ConsoleTranscript) -> Step {
    .listen(login.patience.contains(where: transcript.justSaid) ? limits.patience : limits.quiet)
  }

  private mutating func answer(_ transcript: ConsoleTranscript, now: Duration) -> Step {
    place = .settling(since: now)
    if login.passwordPrompts.contains(where: transcript.openLineEnds(with:)) {
      return answerPassword(now: now)
    }
    if login.userPrompts.contains(where: transcript.openLineEnds(with:)) {
      guard passwordsSent < 2, usersSent < Self.mostLogins else {
        return .fail(.loginRefused(user: login.user))
      }
      usersSent += 1
      userIsAnswered = true
      brokeOut = false
      place = .answered(until: now + limits.login)
      return .send(login.user + login.lineEnding)
    }
    if questionsAnswered < 5,
      let question = login.questions.first(where: { transcript.openLineEnds(with: $0.ends) })
    {
      questionsAnswered += 1
      place = .answered(until: now + limits.login)
      return .send(question.answer)
    }
    if !brokeOut {
      brokeOut = true
      attempts += 1
      return .send(attempts % 2 == 1 ? login.breakOut : login.secondBreakOut)
    }
    place = .opening(until: now + limits.prompt)
    return .send(agent.opening)
  }

  private mutating func answerPassword(now: Duration) -> Step {
    place = .answered(until: now + limits.login)
    // Somebody else's login was left at its second question: an empty answer brings the first one back.
    guard userIsAnswered else { return .send(login.lineEnding) }
    userIsAnswered = false
    guard hasPassword, passwordsSent < 2 else { return .fail(.loginRefused(user: login.user)) }
    passwordsSent += 1
    return .sendPassword
  }

  private func failure(_ transcript: ConsoleTranscript, now: Duration) -> HubError? {
    if transcript.heard > Self.mostHeard {
      return .garbled(waitingFor: "a shell", excerpt: transcript.excerpt)
    }
    guard now >= deadline else { return nil }
    return transcript.heard == 0
      ? .silent(waitingFor: "a shell", heard: 0)
      : .garbled(waitingFor: "a shell", excerpt: transcript.excerpt)
  }
}
