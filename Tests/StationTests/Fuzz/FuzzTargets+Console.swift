import Foundation

@testable import SerialFlasher
@testable import Station

/// The stream of a console, split at will.
extension FuzzTargets {
  private static func frame(_ output: [UInt8], status: String = "0") -> [UInt8] {
    let body = Data(output + Array(" \(status)".utf8)).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithLineFeed,
    ])
    let end = "Ebbbb2222aaaa1111 \(SHA256Digest.hex(of: Array(body.utf8)))"
    return Array("\r\nBaaaa1111bbbb2222\r\n\(body)\r\n\(end)\r\n\(end)\r\n".utf8)
  }

  private static let noise =
    "\u{1B}]0;hub\u{7}\u{1B}[1;32mroot@hub\u{1B}[0m:~# \u{1B}[6n[   12.345678] usb 1-1: new device\r\nhub login: "

  static var console: [FuzzTarget] {
    let words = [
      "\u{1B}[", "\u{1B}]", "\u{1B}P", "[   12.345678] ", "\r\n", "Baaaa1111bbbb2222\n", "Ebbbb2222aaaa1111 ",
      "?w00000001", "Password: ", "R", "# ",
    ]
    let samples = [frame(Array("SPK00000001".utf8)), frame([0, 255, 10], status: "7"), Array(noise.utf8)]
    return [
      FuzzTarget(name: "console text", samples: samples, words: words) { input in
        var whole = ConsoleText()
        let clean = whole.clean(input)
        try FuzzTarget.require(clean.count <= input.count, "text grew")
        try FuzzTarget.require(
          !clean.contains { $0 < 0x20 && $0 != 9 && $0 != 10 || $0 == 0x7F }, "a control byte")
        var split = ConsoleText()
        let cut = input.count / 3
        try FuzzTarget.require(
          split.clean(input[..<cut]) + split.clean(input[cut...]) == clean, "a split stream is another")
      },
      FuzzTarget(name: "console lines", samples: samples, words: words, inputs: 60) { input in
        var transcript = ConsoleTranscript()
        for start in stride(from: 0, to: input.count, by: 7) {
          for line in transcript.hear(Array(input[start..<min(start + 7, input.count)])) {
            try FuzzTarget.require(line.count <= ConsoleTranscript.longestLine, "a line of \(line.count)")
            transcript.remark(line)
            _ = SinkWord(line, "aaaa1111", "bbbb2222", notTaken: "?w00000001")
          }
          try FuzzTarget.require(
            transcript.openLine.count <= ConsoleTranscript.longestLine, "an endless line")
          try FuzzTarget.requirePrintable(transcript.excerpt, limit: 80)
          try FuzzTarget.requirePrintable(transcript.remarks, limit: 80)
        }
      },
      FuzzTarget(name: "console answers", samples: samples, words: words, inputs: 120) { input in
        try answers(input, limit: 64)
        // What the hub says comes out as it went in.
        var (transcript, sent) = (
          ConsoleTranscript(), AnswerFrame("aaaa1111", "bbbb2222", notTaken: "?w", limit: 1 << 17)
        )
        let outcomes = transcript.hear(frame(input, status: "3")).compactMap { sent.hear($0) }
        try FuzzTarget.require(
          outcomes.first == .answer(AnswerFrame.Answer(output: input, status: 3)), "another answer")
      },
      FuzzTarget(name: "console entry", samples: samples, words: words, inputs: 200) { input in
        try entry(input)
      },
      FuzzTarget(
        name: "console profiles",
        samples: [
          Array(
            #"{"root":"/mnt","limits":{"boot":12.5},"login":{"user":"admin"},"checks":{"led":"led {on}"}}"#
              .utf8)
        ],
        words: ["{path}", "${x}", "{", "}", "1e400", "\"sink\":"]
      ) { input in
        let profile = try JSONDecoder().decode(ConsoleProfile.self, from: Data(input))
        for problem in profile.problems { try FuzzTarget.require(!problem.isEmpty, "an empty problem") }
        let again = try JSONDecoder().decode(ConsoleProfile.self, from: JSONEncoder().encode(profile))
        try FuzzTarget.require(again == profile, "a profile that does not come back")
        for word in [FuzzTarget.text(input)] {
          let command = try CommandTemplate("echo {word}").filled(with: ["word": [word]])
          try FuzzTarget.require(command == "echo " + ShellWord.quoted(word), "another command")
        }
      },
    ]
  }

  private static func answers(_ input: [UInt8], limit: Int) throws {
    var (transcript, frame) = (
      ConsoleTranscript(), AnswerFrame("aaaa1111", "bbbb2222", notTaken: "?w00000001", limit: limit)
    )
    for line in transcript.hear(input) {
      if case .answer(let answer) = frame.hear(line) {
        try FuzzTarget.require(answer.output.count <= limit, "\(answer.output.count) bytes, not \(limit)")
      }
    }
  }

  /// A console that says this in pieces: the way in ends by the time that it is given, and says a bounded amount.
  private static func entry(_ input: [UInt8]) throws {
    let agent = ShellAgent(words: ["00000001", "aaaa1111", "bbbb2222"], lineEnding: "\n")
    let limits = ConsoleLimits()
    var entry = ConsoleEntry(
      login: ConsoleLogin(), limits: limits, agent: agent, hasPassword: true, now: .zero)
    var (transcript, now, said, rest) = (ConsoleTranscript(), Duration.zero, 0, input[...])
    var step = entry.hear([], transcript, now: now)
    for _ in 0..<20_000 {
      switch step {
      case .entered: return
      case .fail(let error):
        try FuzzTarget.require(now <= limits.boot + .seconds(30), "after \(now)")
        return try FuzzTarget.require(Fault(error))
      case .send(let text):
        said += text.utf8.count
        step = entry.sent(transcript, now: now)
      case .sendPassword:
        said += 1
        step = entry.sent(transcript, now: now)
      case .listen(let time):
        let piece = Array(rest.prefix(max(1, input.count / 50)))
        rest = rest.dropFirst(piece.count)
        now += piece.isEmpty ? max(time, .milliseconds(1)) : .milliseconds(200)
        step =
          piece.isEmpty
          ? entry.hearNothing(transcript, now: now) : entry.hear(transcript.hear(piece), transcript, now: now)
      }
      try FuzzTarget.require(said < 1 << 16, "\(said) bytes were typed")
    }
    throw FuzzTarget.Violation(description: "no end after \(now)")
  }
}
