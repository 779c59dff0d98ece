import SerialFlasher

/// A simulated hub as the bench sees it: it can be plugged in, spoken to, and pulled out.
protocol PluggableHub: Sendable {
  /// What the station would see under /dev.
  var device: String { get async }
  /// Gives it power and a line.
  func plugIn() async throws(Fault)
  func open() async throws(Fault) -> HubConnection
  /// Takes both away: what it had not synced is lost.
  func pullOut() async
}
