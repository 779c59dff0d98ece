import Foundation
import Glibc
import Logging

/// Reads what a wedge scanner types into the station's terminal: badges for now. Without a terminal there is none; the
/// Door takes badges then.
///
/// The terminal is told not to echo, for a scan would be painted over the wall, and is put back at the end.
final class Scanner: Sendable {
  private let wake: (read: Int32, write: Int32)
  private let lines: AsyncStream<String>

  /// - Returns: nil where standard input is no terminal.
  init?() {
    guard isatty(0) == 1 else { return nil }
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { return nil }
    for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (read, write) = (pipes[0], pipes[1])
    wake = (read, write)
    let (lines, feed) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(16))
    self.lines = lines
    Thread.detachNewThread {
      Self.listen(until: read) { feed.yield($0) }
      feed.finish()
      close(read)
    }
  }

  /// Ends the stream and gives the terminal back.
  func stop() { close(wake.write) }

  /// Takes every scan until `stop`.
  func run(_ onDuty: OnDuty, journal: any Journaling) async {
    for await line in lines {
      do throws(Fault) {
        switch ScannedCode(line) {
        case .login(let badge): try await onDuty.change(to: badge, in: journal)
        case .logout: try await onDuty.change(to: nil, in: journal)
        case .unknown: break
        }
      } catch {
        // A ledger that takes no rows stops the line by itself; the old badge signs until it does.
        Logger(label: "scanner").error("\(Wording(error).line)")
      }
    }
  }

  private static func listen(until end: Int32, _ take: (String) -> Void) {
    var before = termios()
    let known = tcgetattr(0, &before) == 0
    if known {
      var quiet = before
      quiet.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(0, TCSANOW, &quiet)
    }
    defer { if known { tcsetattr(0, TCSANOW, &before) } }
    var lines = ScannedLines()
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      var watched = [
        pollfd(fd: 0, events: Int16(POLLIN), revents: 0), pollfd(fd: end, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&watched, 2, -1) < 0, errno != EINTR { return }
      if watched[1].revents != 0 { return }
      guard watched[0].revents != 0 else { continue }
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return }
      for byte in buffer[..<count] {
        if let line = lines.take(byte) { take(line) }
      }
    }
  }
}
