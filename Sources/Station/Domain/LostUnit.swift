/// A unit whose rows were lost in a restore, and what is still known of it. It is on hold: its serial is not given an
/// identity again until a person has looked.
struct LostUnit: Hashable, Sendable, Codable {
  var serial: SerialNumber
  var model: String
  var mac: String?
  /// Lower-case hex SHA-256 of certificates that lost rows tell of, sorted.
  var certificates: [String]
  /// Whether a lost row says that it passed.
  var passed: Bool

  /// Why its hub is refused.
  var hold: Fault {
    Fault(
      .historyLost,
      ["serial": serial.text, "certificate": certificates.last ?? "none", "passed": passed ? "yes" : "no"])
  }
}
