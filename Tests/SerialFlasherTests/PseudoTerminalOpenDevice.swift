import Foundation
import Testing

/// A device opened and read with plain calls: the tests' own view of a terminal, independent of `SerialLink`.
final class OpenDevice: Sendable {
  struct Refused: Error { let errno: Int32 }
  struct NotHeard: Error, CustomStringConvertible {
    let description: String
  }

  let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw Refused(errno: errno) }
  }

  /// Takes over a descriptor that somebody else closes.
  init(borrowing descriptor: Int32) { self.descriptor = dup(descriptor) }

  deinit { close(descriptor) }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0 && errno == EAGAIN {
        try wait(for: Int16(POLLOUT), "room to write")
      } else {
        throw Refused(errno: errno)
      }
    }
  }

  /// Everything up to and with `text`, and what came along with it.
  func read(until text: String) throws -> String {
    var heard: [UInt8] = []
    while !String(decoding: heard, as: UTF8.self).contains(text) {
      heard += try readSome("\(text.debugDescription) after \(String(decoding: heard, as: UTF8.self))")
    }
    return String(decoding: heard, as: UTF8.self)
  }

  func read(count: Int) throws -> [UInt8] {
    var heard: [UInt8] = []
    while heard.count < count { heard += try readSome("\(count) bytes, had \(heard.count)") }
    return heard
  }

  /// What is there after waiting for at most ten seconds; end of file is an error.
  func readSome(_ what: String) throws -> [UInt8] {
    try wait(for: Int16(POLLIN), what)
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(descriptor, &buffer, buffer.count)
    if count > 0 { return Array(buffer[..<count]) }
    if count < 0 && errno == EAGAIN { return [] }
    throw NotHeard(description: "end of file, errno \(errno), while waiting for \(what)")
  }

  func readsEndOfFile() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      try wait(for: Int16(POLLIN), "end of file")
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count == 0 || (count < 0 && errno == EIO) { return true }
      if count < 0 && errno != EAGAIN { return false }
    }
  }

  private func wait(for events: Int16, _ what: String) throws {
    var polled = pollfd(fd: descriptor, events: events, revents: 0)
    if poll(&polled, 1, 10_000) == 0 { throw NotHeard(description: "ten seconds went by without \(what)") }
  }

  static func number(after key: String, in text: String) -> Int? {
    // The last one: the first may be the command's own echo.
    guard let range = text.range(of: key, options: .backwards) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// The state letter of a process, nil when it is gone for good.
  static func state(ofProcess process: Int) -> String? {
    guard let line = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
    let text = String(decoding: line, as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: name)...].split(separator: " ").first.map(String.init)
  }
}

/// Looks again until it is so, for states that only the operating system changes; ten seconds at most.
func eventually(_ what: String, _ isSo: () throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while try !isSo() {
    if ContinuousClock.now > deadline {
      Issue.record("never came true: \(what)")
      return
    }
    await Task.yield()
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// Runs blocking calls beside Swift's few pool threads, which the code under test needs for itself; still in the
/// caller's task, so that an expectation that fails in there counts against the right test.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withTaskExecutorPreference(ThreadPerJob()) { try body() }
}

private final class ThreadPerJob: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
