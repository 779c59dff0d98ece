import CSerialShims
import Glibc
import Synchronization

/// A thread that belongs to one object: for calls that may block, which must never sit on a thread of Swift's
/// cooperative pool (there is one per core, and a stuck device would stop every slot).
final class OwnedThread: Sendable {
  /// The body in a box, because a C function pointer cannot capture.
  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  private let identifier: Mutex<pthread_t?>

  /// Starts `body` at once.
  ///
  /// - Parameters:
  ///   - name: what `top -H` shows; Linux keeps 15 bytes.
  ///   - stackBytes: 256 KiB holds a poll loop; sixty-four of them are then 16 MiB of address space and far less memory.
  /// - Throws: `OutOfThreads` with the errno of pthread_create.
  init(name: String, stackBytes: Int = 256 * 1024, body: @escaping @Sendable () -> Void) throws(OutOfThreads)
  {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    var created = pthread_t()
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    let failure = pthread_create(
      &created, &attributes,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        station_thread_set_name(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    guard failure == 0 else {
      start.release()
      throw OutOfThreads(errno: failure)
    }
    identifier = Mutex(created)
  }

  /// Waits for the body's end. The second call, and a call from the thread itself, returns at once.
  func join() {
    let mine = identifier.withLock { held -> pthread_t? in
      guard let thread = held, pthread_equal(thread, pthread_self()) == 0 else { return nil }
      held = nil
      return thread
    }
    if let mine { pthread_join(mine, nil) }
  }

  deinit {
    // Never joined: the body may still run, and its memory is then given back by the system when it ends.
    identifier.withLock { if let thread = $0 { pthread_detach(thread) } }
  }
}
