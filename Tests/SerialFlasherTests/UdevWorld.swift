import Foundation
import SerialFlasher
import Testing

/// A forged world in namespaces of its own, with a watcher in it; see Tests/UdevForge.
final class UdevWorld {
  struct Line: Decodable, Equatable {
    var event: String
    var device: SerialDevice?
    var devices: [SerialDevice]?
    var text: String?
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var pending: [UInt8] = []
  private var answers: [String] = []
  private var heard: [Line] = []

  /// Built beside the tests.
  static var program: String {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("UdevForge").path
  }

  init() throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = ["--map-root-user", "--net", "--mount", Self.program, "world"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.standardError
    try process.run()
    do { try waitFor("forge: ready") } catch {
      throw Broken(
        description: """
          the forged udev world did not start. These tests need user namespaces: allow `unshare --map-root-user --net \
          --mount` (sysctl kernel.unprivileged_userns_clone=1, or a container with CAP_SYS_ADMIN); nothing was tested. \
          \(error)
          """)
    }
  }

  /// Closing stdin ends the world and all that runs in it.
  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Sends a command and waits until it is obeyed.
  func tell(_ command: String) throws {
    input.fileHandleForWriting.write(Data((command + "\n").utf8))
    try waitFor("forge: done \(command)")
  }

  /// Several at once, without waiting between them.
  func tellAtOnce(_ commands: [String]) throws {
    input.fileHandleForWriting.write(Data(commands.map { $0 + "\n" }.joined().utf8))
    for command in commands { try waitFor("forge: done \(command)") }
  }

  func startWatching(_ options: String = "") throws {
    try tell("start watch \(Self.program) watch\(options.isEmpty ? "" : " " + options)")
  }

  /// The next event, ten seconds at most.
  func next() throws -> Line {
    while heard.isEmpty { try readMore("an event") }
    return heard.removeFirst()
  }

  func next(_ count: Int) throws -> [Line] { try (0..<count).map { _ in try next() } }

  private func waitFor(_ answer: String) throws {
    while !answers.contains(answer) {
      if let refused = answers.first(where: { $0.hasPrefix("forge: refused") }) {
        throw Broken(description: refused)
      }
      try readMore(answer)
    }
    answers.removeAll { $0 == answer }
  }

  private func readMore(_ what: String) throws {
    let descriptor = output.fileHandleForReading.fileDescriptor
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, 10_000) == 1 else {
      throw Broken(description: "ten seconds without \(what); answers \(answers)")
    }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { throw Broken(description: "the world ended while waiting for \(what)") }
    pending += buffer[..<count]
    while let end = pending.firstIndex(of: 10) {
      let line = Array(pending[..<end])
      pending.removeSubrange(...end)
      if line.starts(with: Array("forge:".utf8)) {
        answers.append(String(decoding: line, as: UTF8.self))
      } else {
        heard.append(try JSONDecoder().decode(Line.self, from: Data(line)))
      }
    }
  }
}
