import Glibc

/// Why the Door could not be opened or gone through.
enum DoorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody listens: no station is running on this ledger.
  case nobody
  /// This user may not go through it.
  case notPermitted(path: String)
  /// The station did not answer in time.
  case timeout(path: String)
  /// What came is no answer of a station.
  case garbled(String)
  case failed(call: String, path: String, errno: Int32)

  var description: String {
    switch self {
    case .nobody: "No station is running on this ledger."
    case .notPermitted(let path): "This user may not use \(path). Run as the user of the station."
    case .timeout(let path): "The station did not answer on \(path) in time. See its log."
    case .garbled(let what):
      "The station answered what is not understood: \(PrintableText.of(what, limit: 120))"
    case .failed(let call, let path, let errno):
      "\(path): \(call): \(String(cString: strerror(errno)))"
    }
  }
}
