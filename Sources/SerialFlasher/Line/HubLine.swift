/// The wire to one hub: bytes out, bytes in, and the word "unplugged".
///
/// `SerialLink` is the real one (a tty); the in-process hub of the simulator is another. A line belongs to one
/// task at a time: the slot's. Nothing here retries or interprets.
public protocol HubLine: AnyObject, Sendable {
  /// What to call this line in messages: the device path, for example `/dev/ttyUSB0`.
  var name: String { get }

  /// Sends every byte, in order, or throws. A success proves nothing about the hub: only its answer does.
  func send(_ bytes: [UInt8]) async throws(LineError)

  /// Sends a secret straight out of its own memory; nothing of it is copied, and only its length is logged.
  func send(secret: SecretBytes) async throws(LineError)

  /// The bytes that are there, at least one and at most 64 KiB; waits for them for at most `timeout`.
  ///
  /// - Returns: an empty array when the time ran out with nothing heard.
  func receive(within timeout: Duration) async throws(LineError) -> [UInt8]

  /// Throws away what was received and not yet read.
  func discardInput() async throws(LineError)

  /// Lets go of the device. Safe to call twice.
  func close() async
}
