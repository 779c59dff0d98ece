import Glibc

/// A serial device as a line to a hub: raw 8N1 at any baud rate, no flow control, locked against other openers.
///
/// One thread per link does all input and output, so that a stuck device delays only its own slot. At most
/// 1 MiB is kept for a reader that does not come; then the link stops reading and the driver pushes back.
///
/// When the task of a waiting call is cancelled, the call throws `LineError.closed` at once and the line stays open:
/// a cancelled `receive` takes no bytes along, a cancelled `send` may have sent the beginning of its bytes. A task
/// that is already cancelled cannot use the line.
public final class SerialLink: HubLine {
  public let name: String
  private let loop: LinkLoop
  private let thread: OwnedThread

  private init(name: String, loop: LinkLoop, thread: OwnedThread) {
    self.name = name
    self.loop = loop
    self.thread = thread
  }

  /// Opens a tty; a symbolic link such as those of /dev/serial/by-path may lead to it.
  ///
  /// Input that was there before is thrown away: it was said to somebody else.
  ///
  /// - Parameters:
  ///   - baud: any rate above 0; a rate without a termios constant must be met within three percent by the driver.
  ///   - stallLimit: for how long the driver may accept no byte of a `send`.
  ///   - receiveCapacity: bytes kept for a reader.
  /// - Throws: `.unplugged` (also when the device is not there), `.busy`, `.notPermitted`, `.baudRateRefused`, and
  ///   `.failed` with `isatty` for what is not a terminal. `.closed` when the task was cancelled meanwhile.
  public static func open(
    path: String, baud: UInt32, stallLimit: Duration = .seconds(10), receiveCapacity: Int = 1 << 20
  ) async throws(LineError) -> SerialLink {
    guard let wake = WakeSignal() else { throw .failed(device: path, call: "eventfd", errno: errno) }
    let loop = LinkLoop(device: path, stallLimit: stallLimit, capacity: receiveCapacity, wake: wake)
    let opening = LinkOpening()
    // On the link's own thread from the first call on: opening a stuck USB adapter takes seconds.
    let thread: OwnedThread
    do {
      thread = try OwnedThread(name: "serial") {
        do throws(LineError) {
          let descriptor = try LineDescriptor.open(path, baud: baud)
          opening.settle(.success(()))
          loop.run(descriptor)
        } catch {
          loop.neverOpened()
          opening.settle(.failure(error))
        }
      }
    } catch {
      throw .failed(device: path, call: "pthread_create", errno: error.errno)
    }
    let outcome = await withTaskCancellationHandler {
      await opening.outcome()
    } onCancel: {
      loop.requestClose()
      opening.settle(.failure(.closed(device: path)))
    }
    try outcome.get()
    return SerialLink(name: path, loop: loop, thread: thread)
  }

  public func send(_ bytes: [UInt8]) async throws(LineError) { _ = try await loop.ask(.send(bytes)).get() }

  public func send(secret: SecretBytes) async throws(LineError) {
    _ = try await loop.ask(.sendSecret(secret)).get()
  }

  public func receive(within timeout: Duration) async throws(LineError) -> [UInt8] {
    try await loop.ask(.receive(until: .now.advanced(by: timeout))).get()
  }

  public func discardInput() async throws(LineError) { _ = try await loop.ask(.discardInput).get() }

  /// Lets at most a second of accepted output drain, closes the device and ends the thread. Waiting calls throw
  /// `.closed`.
  public func close() async {
    loop.requestClose()
    await loop.closed()
    // The thread has nothing left to do but to end.
    thread.join()
  }

  /// Bytes heard and not yet asked for.
  var buffered: Int { loop.buffered }

  /// The device is known to be gone, or broken.
  var isOver: Bool { loop.isOver }

  deinit { loop.requestClose() }
}
