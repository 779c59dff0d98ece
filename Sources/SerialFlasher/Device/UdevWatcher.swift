import Glibc
import Synchronization

/// Watches for serial devices through libudev: first those that are there, then every plug and unplug.
///
/// One thread owns everything of libudev. The events are for one reader; the stream ends after `stop`, after `.lost`, or
/// when the reader is more than 8,192 events behind.
public final class UdevWatcher: Sendable {
  /// What to watch for, and how.
  public struct Configuration: Sendable {
    /// Which devices are told about; by default what hangs on USB. Plain enumeration also lists ttyS0 and the
    /// virtual terminals.
    public var accepts: @Sendable (SerialDevice) -> Bool = { $0.bus == "usb" }
    /// Bytes that the kernel keeps for us while we are busy; capped by net.core.rmem_max for those who are not root.
    public var receiveBuffer: Int32 = 8 << 20
    /// Runs on the watcher's thread between listening and looking around: the gap in which a device could be missed.
    /// For tests of just that.
    package var betweenListeningAndLooking: (@Sendable () -> Void)?
    /// Runs before every batch of messages is read; a test makes the socket's buffer overflow in it.
    package var beforeReading: (@Sendable () -> Void)?

    public init() {}
  }

  /// For one reader.
  public let events: AsyncStream<UdevEvent>
  private let wake: WakeSignal
  private let stopping: Flag
  private let thread: OwnedThread

  /// Begins to watch; does not wait for the enumeration, `.ready` says when it is done.
  ///
  /// - Throws: `UdevError` when no thread or descriptor is left. What libudev itself refuses comes as `.lost`.
  public init(_ configuration: Configuration = Configuration()) throws(UdevError) {
    guard let wake = WakeSignal() else { throw .failed(call: "eventfd", errno: errno) }
    let (events, continuation) = AsyncStream.makeStream(
      of: UdevEvent.self, bufferingPolicy: .bufferingOldest(8192))
    let stopping = Flag()
    do {
      // libudev keeps messages and lines of text on the stack.
      thread = try OwnedThread(name: "udev", stackBytes: 1 << 20) {
        UdevLoop.run(configuration, wake: wake, stopping: stopping, tell: continuation)
        continuation.finish()
      }
    } catch {
      throw .failed(call: "pthread_create", errno: error.errno)
    }
    self.events = events
    self.wake = wake
    self.stopping = stopping
  }

  /// Ends the stream and the thread; safe to call twice. Returns once the thread is gone, which takes no longer than one
  /// look into sysfs.
  public func stop() {
    stopping.raise()
    wake.ring()
    thread.join()
  }

  deinit {
    stopping.raise()
    wake.ring()
  }
}

/// Goes up once.
final class Flag: Sendable {
  private let raised = Atomic(false)
  var isRaised: Bool { raised.load(ordering: .acquiring) }
  func raise() { raised.store(true, ordering: .releasing) }
}
