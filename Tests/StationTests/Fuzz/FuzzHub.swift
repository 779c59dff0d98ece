import Foundation
import Synchronization

@testable import SerialFlasher

/// A hub that is well until the conversation has begun, and then says what the input says.
///
/// The input is cut into pieces by lines of `--`; each thing that the station says takes the next one, behind the last
/// from the first again. A piece is a status, a blank and the output, and goes out as a good hub says it; or it begins
/// with `!` and goes out as it is, where `{a}` and `{b}` are the question's own words.
final class FuzzHub: HubLine {
  private struct State {
    var time = Duration.zero
    var queue: [UInt8] = []
    var heard: [UInt8] = []
    var words: UInt64 = 0
    var pieces: [[UInt8]] = []
    var next = 0
    /// Of the sink that is open: its words, and the lines that it took.
    var sink: (first: String, second: String, lines: Int)?
    var said = 0
  }

  let name = "fuzz"
  private let state = Mutex(State())

  /// From here on the input speaks.
  func say(_ input: [UInt8]) {
    var pieces: [[UInt8]] = []
    var rest = input[...]
    while let cut = rest.firstRange(of: Array("\n--\n".utf8)) {
      pieces.append(Array(rest[..<cut.lowerBound]))
      rest = rest[cut.upperBound...]
    }
    pieces.append(Array(rest))
    state.withLock { $0.pieces = pieces }
  }

  var now: @Sendable () -> Duration { { self.state.withLock { $0.time } } }
  var randomWord: @Sendable () -> UInt64 {
    {
      self.state.withLock {
        $0.words += 1
        return 0xAAAA_0000 + $0.words
      }
    }
  }
  /// Bytes that the station has said.
  var said: Int { state.withLock { $0.said } }

  func send(_ bytes: [UInt8]) async throws(LineError) {
    state.withLock { state in
      state.said += bytes.count
      state.heard += bytes
      while let end = state.heard.firstIndex(where: { $0 == 10 || $0 == 13 }) {
        let line = Array(state.heard[..<end])
        state.heard.removeFirst(end + 1)
        Self.hear(String(decoding: line, as: UTF8.self), &state)
      }
    }
  }

  func send(secret: SecretBytes) async throws(LineError) { try await send(secret.withBytes { Array($0) }) }

  func receive(within timeout: Duration) async throws(LineError) -> [UInt8] {
    state.withLock { state in
      let bytes = Array(state.queue.prefix(1000))
      state.queue.removeFirst(bytes.count)
      state.time += bytes.isEmpty ? timeout : .milliseconds(1)
      return bytes
    }
  }

  func discardInput() async throws(LineError) {}
  func close() async {}

  private static func hear(_ line: String, _ state: inout State) {
    if let (first, second, lines) = state.sink {
      switch line {
      case "?": answer(&state, first, second) { _ in "A\(first)\(second) \(lines)" }
      case ".":
        state.sink = nil
        answer(&state, first, second) { "D\(second)\(first) \(String(decoding: status($0), as: UTF8.self))" }
      default: state.sink?.lines += line.isEmpty ? 0 : 1
      }
      return
    }
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    if line.contains("eval \"$o\""), let place = words.firstIndex(where: { $0.hasSuffix("p") }),
      place + 2 < words.count
    {
      let second = words[place + 2].prefix { $0 != ";" }
      state.queue += Array("\r\n\(words[place + 1])\(second)\r\n".utf8)
    } else if line.contains("export LC_ALL"), let tools = line.ranges(of: "twice \"T").last {
      let word = line[tools.upperBound...].filter { $0 != "\"" }.prefix { $0 != "$" }
      state.queue += Array("\nT\(word)\nT\(word)\n".utf8)
    } else if words[0].hasSuffix(":ask"), words.count > 3 {
      let (first, second) = (words[1], words[2])
      guard let piece = take(&state, first, second) else { return }
      let blank = piece.firstIndex(of: 0x20) ?? piece.endIndex
      state.queue += frame(piece[blank...].dropFirst() + [0x20] + piece[..<blank], first, second)
    } else if words[0].hasSuffix(":sink"), words.count > 2 {
      state.sink = (words[1], words[2], 0)
      answer(&state, words[1], words[2]) { _ in "O\(words[1])\(words[2])" }
    }
  }

  private static func answer(
    _ state: inout State, _ first: String, _ second: String, _ word: ([UInt8]) -> String
  ) {
    guard let piece = take(&state, first, second) else { return }
    state.queue += Array("\n\(word(piece))\n\(word(piece))\n".utf8)
  }

  private static func status(_ piece: [UInt8]) -> ArraySlice<UInt8> { piece.prefix { $0 != 0x20 } }

  /// - Returns: nil where the piece has gone out as it is.
  private static func take(_ state: inout State, _ first: String, _ second: String) -> [UInt8]? {
    guard !state.pieces.isEmpty else { return Array("0 ".utf8) }
    let piece = state.pieces[state.next % state.pieces.count]
    state.next += 1
    guard piece.first == 0x21 else { return piece }
    let text = String(decoding: piece.dropFirst(), as: UTF8.self)
    state.queue += Array(
      text.replacing("{a}", with: first, maxReplacements: 64).replacing(
        "{b}", with: second, maxReplacements: 64
      )
      .utf8)
    return nil
  }

  private static func frame(_ output: some Sequence<UInt8>, _ first: String, _ second: String) -> [UInt8] {
    let body = Data(output).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
    let end = "E\(second)\(first) \(SHA256Digest.hex(of: Array(body.utf8)))"
    return Array("\nB\(first)\(second)\n\(body)\n\(end)\n\(end)\n".utf8)
  }
}
