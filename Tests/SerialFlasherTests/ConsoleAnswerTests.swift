import Foundation
import Testing

@testable import SerialFlasher

@Suite("Answers of a console")
struct ConsoleAnswerTests {
  private func stream(
    _ output: [UInt8], status: String = "0", first: String = "aaaa1111", second: String = "bbbb2222"
  )
    -> String
  {
    let body = Data(output + Array(" \(status)".utf8)).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithLineFeed,
    ])
    let end = "E\(second)\(first) \(SHA256Digest.hex(of: Array(body.utf8)))"
    return "\nB\(first)\(second)\n\(body)\n\(end)\n\(end)\n".replacingOccurrences(of: "\n", with: "\r\n")
  }

  private func read(_ pieces: [[UInt8]], limit: Int = 4096) -> AnswerFrame.Outcome? {
    var transcript = ConsoleTranscript()
    var frame = AnswerFrame("aaaa1111", "bbbb2222", notTaken: "?w", limit: limit)
    for piece in pieces {
      for line in transcript.hear(piece) {
        if let outcome = frame.hear(line) { return outcome }
      }
    }
    return nil
  }

  private let output = (0..<150).map { UInt8(truncatingIfNeeded: $0 &* 91) }
  private var expected: AnswerFrame.Outcome { .answer(AnswerFrame.Answer(output: output, status: 7)) }

  @Test func `an answer is read wherever the stream is split`() {
    let bytes = Array(stream(output, status: "7").utf8)
    #expect(read(bytes.map { [$0] }) == expected)
    for cut in bytes.indices { #expect(read([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected) }
  }

  @Test func `a stamped kernel line at any place changes nothing`() {
    let bytes = Array(stream(output, status: "7").utf8)
    let kernel = Array("[   12.345678] usb 1-1: new device\r\n".utf8)
    for place in bytes.indices {
      #expect(read([Array(bytes[..<place]) + kernel + Array(bytes[place...])]) == expected, "at \(place)")
    }
  }

  @Test(arguments: ["random: crng init done\r\n", "QUJDREVG\r\n", "x", "\r\n", "E"])
  func `foreign text at any place never makes another answer`(foreign: String) {
    let bytes = Array(stream(output, status: "7").utf8)
    var right = 0
    for place in bytes.indices {
      let outcome = read([Array(bytes[..<place]) + Array(foreign.utf8) + Array(bytes[place...])])
      switch outcome {
      case .damaged, .none: break
      case .some(let other):
        #expect(other == expected, "at \(place)")
        right += 1
      }
    }
    #expect(right > 0)
  }

  @Test func `a byte lost or changed at any place never makes another answer`() {
    let bytes = Array(stream(output, status: "7").utf8)
    for place in bytes.indices {
      var lost = bytes
      lost.remove(at: place)
      var changed = bytes
      changed[place] ^= 1
      for damaged in [lost, changed] {
        let outcome = read([damaged])
        #expect(outcome == nil || outcome == .damaged || outcome == expected, "at \(place)")
      }
    }
  }

  @Test func `the echo of a question is never its answer`() {
    let agent = ShellAgent(words: ["00000001", "aaaa1111", "bbbb2222"], lineEnding: "\n")
    var transcript = ConsoleTranscript()
    var frame = AnswerFrame("aaaa1111", "bbbb2222", notTaken: agent.notTaken, limit: 100)
    let question = agent.question("id", "aaaa1111", "bbbb2222", allowance: 108)
    let sink = agent.opensSink("cat", "aaaa1111", "bbbb2222")
    let echoes = agent.opening + question + "\n" + sink + "\n" + agent.functions(requiring: ["sh"]) + "\n"
    for marker in [agent.ready, agent.tools, agent.notTaken, "aaaa1111bbbb2222", "bbbb2222aaaa1111"] {
      #expect(!echoes.contains(marker), "\(marker) is in what the station sends")
    }
    for width in [80, 132, 10_000] {
      // A line editor breaks lines at the width of the terminal; so may any console.
      var text: [UInt8] = []
      for (index, byte) in echoes.utf8.enumerated() {
        text += index % width == width - 1 ? [byte, 10] : [byte]
      }
      for line in transcript.hear(text) {
        #expect(frame.hear(line) == nil)
        #expect(SinkWord(line, "aaaa1111", "bbbb2222", notTaken: agent.notTaken) == nil)
        let words = String(decoding: line, as: UTF8.self)
        #expect(!words.hasPrefix(agent.tools) && words != agent.ready)
      }
    }
  }

  @Test func `too much is told from damaged, and endless answers are cut off`() {
    #expect(read([Array(stream([UInt8](repeating: 65, count: 101)).utf8)], limit: 100) == .tooLong)
    #expect(
      read([Array(stream([UInt8](repeating: 65, count: 100)).utf8)], limit: 100)
        == .answer(AnswerFrame.Answer(output: [UInt8](repeating: 65, count: 100), status: 0)))
    let endless = "Baaaa1111bbbb2222\n" + String(repeating: "QUJDREVGQUJD\n", count: 10_000)
    #expect(read([Array(endless.utf8)], limit: 100) == .damaged)
  }
}

@Suite("Command templates")
struct ConsoleCommandTests {
  @Test func `every word arrives as it was, whatever is in it`() throws {
    let template: CommandTemplate = "printf '<%s>' {words};{ x=1; };echo ${HOME} {} ${words}"
    #expect(template.places == ["words"])
    let command = try template.filled(with: [
      "words": ["", "a b", "it's", "$(id)`x`", "-n", "ä\n", "plain/1.2"]
    ])
    #expect(
      command == #"printf '<%s>' '' 'a b' 'it'\''s' '$(id)`x`' -n 'ä"#
        + "\n' plain/1.2;{ x=1; };echo ${HOME} {} ${words}")
  }

  @Test func `a place that nobody knows is an error with its name`() {
    #expect(throws: HubError.unsupported("the place {pth} in a command")) {
      try CommandTemplate("cat {pth}").filled(with: ["path": ["x"]])
    }
  }

  @Test func `every command of the shipped profile can be filled`() {
    #expect(ConsoleProfile.linuxShell(root: "/x y").problems.isEmpty)
    var profile = ConsoleProfile.linuxShell()
    profile.digest = "sha256sum {pfad}"
    profile.checks = ["radio": "radio {path}"]
    #expect(
      profile.problems == [
        "digest: there is no place {pfad}, only {path} and those of every command",
        "checks.radio: there is no place {path}, only those of every command",
      ])
  }

  @Test func `a profile in a file names only what differs, and no word is overlooked`() throws {
    let text = #"{"root":"/mnt","limits":{"boot":12.5},"login":{"user":"admin"},"checks":{"led":"led on"}}"#
    let profile = try JSONDecoder().decode(ConsoleProfile.self, from: Data(text.utf8))
    var expected = ConsoleProfile()
    expected.root = "/mnt"
    expected.limits.boot = .seconds(12.5)
    expected.login.user = "admin"
    expected.checks = ["led": "led on"]
    #expect(profile == expected)
    #expect(try JSONDecoder().decode(ConsoleProfile.self, from: JSONEncoder().encode(expected)) == expected)
    for wrong in [
      #"{"rot":"/"}"#, #"{"login":{"usr":"x"}}"#, #"{"limits":{"boots":1}}"#, #"{"limits":{"boot":-1}}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(ConsoleProfile.self, from: Data(wrong.utf8))
      }
    }
  }

  @Test func `a command too long for the line is not sent`() {
    let agent = ShellAgent(words: ["1", "2", "3"], lineEnding: "\n")
    #expect(throws: HubError.self) { try agent.line(String(repeating: "x", count: 4000)) }
    #expect(throws: HubError.self) { try agent.line("a\nb") }
    #expect(agent.opening.utf8.count < 1000)
    #expect(agent.functions(requiring: ConsoleProfile.shellPrograms).utf8.count < ShellAgent.longestCommand)
  }
}
