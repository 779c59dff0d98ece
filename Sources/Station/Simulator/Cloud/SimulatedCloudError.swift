/// Why the simulated cloud does not start or had to stop.
enum SimulatedCloudError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It listens on 127.0.0.1 and nowhere else: its keys are fake and it has no TLS.
  case notLoopback(String)
  case portRefused(port: Int, errno: Int32)
  /// The state file, and which call of the system failed.
  case stateRefused(path: String, call: String, errno: Int32)
  /// Another simulated cloud has it open.
  case stateBusy(path: String)
  /// A line that this version cannot read; line numbers begin at 1.
  case stateUnreadable(path: String, line: Int)

  var description: String {
    switch self {
    case .notLoopback(let text): "The simulated cloud listens on 127.0.0.1:PORT only, not on \(text)."
    case .portRefused(let port, let errno): "Port \(port) of 127.0.0.1 cannot be used (errno \(errno))."
    case .stateRefused(let path, let call, let errno): "\(path): \(call) failed (errno \(errno))."
    case .stateBusy(let path): "\(path) is in use by another simulated cloud."
    case .stateUnreadable(let path, let line): "\(path), line \(line) is not a record of a simulated cloud."
    }
  }
}
