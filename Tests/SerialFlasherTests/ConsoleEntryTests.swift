import Testing

@testable import SerialFlasher

/// The way in, as a value: what was heard goes in, what to do comes out, and time is a number.
@Suite("The way into a console")
struct ConsoleEntryTests {
  private struct Walk {
    var entry: ConsoleEntry
    var transcript = ConsoleTranscript()
    var now = Duration.zero
    let agent = ShellAgent(words: ["1", "2222", "3333"], lineEnding: "\n")

    init(password: Bool = true) {
      entry = ConsoleEntry(
        login: ConsoleLogin(), limits: ConsoleLimits(), agent: agent, hasPassword: password, now: .zero)
    }

    mutating func hear(_ text: String) -> ConsoleEntry.Step {
      let lines = transcript.hear(Array(text.utf8))
      return entry.hear(lines, transcript, now: now)
    }

    mutating func hearNothing(for time: Duration = .milliseconds(60)) -> ConsoleEntry.Step {
      now += time
      return entry.hearNothing(transcript, now: now)
    }

    mutating func sent() -> ConsoleEntry.Step {
      transcript.endOpenLine()
      return entry.sent(transcript, now: now)
    }
  }

  @Test func `a prompt is broken out of, and then the loop is typed in`() {
    var walk = Walk()
    #expect(walk.hearNothing() == .send("\u{3}\n"))
    #expect(walk.sent() == .listen(.milliseconds(60)))
    #expect(walk.hear("^C\r\nhub# ") == .listen(.milliseconds(60)))
    #expect(walk.hearNothing() == .send(walk.agent.opening))
    #expect(walk.sent() == .listen(.seconds(2)))
    #expect(walk.hear(walk.agent.opening + "\r\n") == .listen(.seconds(2)), "the echo is no answer")
    #expect(walk.hear("R2222") == .listen(.seconds(2)))
    #expect(walk.hear("[    1.234567] usb 1-1\r\n3333\r\n") == .entered)
    #expect(!walk.entry.hasLoggedIn)
  }

  @Test func `a login is answered and left to think`() {
    var walk = Walk()
    _ = walk.hear("\r\nhub login: ")
    #expect(walk.hearNothing() == .send("root\n"))
    #expect(walk.sent() == .listen(.milliseconds(60)))
    _ = walk.hear("root\r\n")
    #expect(walk.hearNothing() == .listen(.milliseconds(5940)), "it thinks; nothing is sent meanwhile")
    #expect(walk.hear("Pass") == .listen(.milliseconds(60)))
    #expect(walk.hear("[    1.234567] x\r\nword: ") == .listen(.milliseconds(60)))
    #expect(walk.hearNothing() == .sendPassword)
    #expect(walk.sent() == .listen(.milliseconds(60)))
    #expect(walk.hearNothing() == .listen(.milliseconds(5940)))
    _ = walk.hear("\r\nWelcome\r\nhub# ")
    #expect(walk.hearNothing() == .send("\u{3}\n"))
    #expect(walk.entry.hasLoggedIn)
  }

  @Test func `a kernel line without stamp over a login prompt only costs another prompt`() {
    var walk = Walk()
    _ = walk.hear("hub login: random: crng init done\r\n")
    #expect(walk.hearNothing() == .send("\u{3}\n"))
    _ = walk.sent()
    _ = walk.hear("\r\nhub login: ")
    #expect(walk.hearNothing() == .send("root\n"))
  }

  @Test func `a password is not given to a question that was not ours`() {
    var walk = Walk()
    _ = walk.hear("Password: ")
    #expect(walk.hearNothing() == .send("\n"))
  }

  @Test func `without a password a login that wants one is refused`() {
    var walk = Walk(password: false)
    _ = walk.hear("login: ")
    #expect(walk.hearNothing() == .send("root\n"))
    _ = walk.sent()
    _ = walk.hear("Password: ")
    #expect(walk.hearNothing() == .fail(.loginRefused(user: "root")))
  }

  @Test func `a boot loader that counts down is left alone`() {
    var walk = Walk()
    #expect(walk.hear("Hit any key to stop autoboot:  2 ") == .listen(.seconds(4)))
    #expect(walk.hear("\u{8}\u{8}\u{8} 1 ") == .listen(.seconds(4)))
    #expect(walk.hear("\r\n\r\nStarting kernel ...\r\n\r\n") == .listen(.seconds(4)))
    #expect(
      walk.hear("[    0.000000] Linux\r\nInit: a long line of something that is said after the kernel\r\n")
        == .listen(.milliseconds(60)))
  }

  @Test func `a console that never pauses is spoken to all the same`() {
    var walk = Walk()
    var step = walk.hear("chatter\r\n")
    while walk.now <= .seconds(5), step == .listen(.milliseconds(60)) {
      walk.now += .milliseconds(10)
      step = walk.hear("chatter\r\n")
    }
    #expect(step == .send("\u{3}\n"))
    #expect(walk.now > .seconds(5))
  }

  @Test func `a shell that does not answer is broken out of in another way`() {
    var walk = Walk()
    #expect(walk.hearNothing() == .send("\u{3}\n"))
    _ = walk.sent()
    #expect(walk.hearNothing() == .send(walk.agent.opening))
    _ = walk.sent()
    #expect(walk.hearNothing(for: .seconds(2)) == .send("\u{3}\n.\n.\n"))
    walk.now = .seconds(90)
    #expect(walk.sent() == .listen(.milliseconds(60)))
    #expect(walk.hearNothing() == .fail(.silent(waitingFor: "a shell", heard: 0)))
  }
}
