import Synchronization

/// A value that a server's threads and a test share.
final class Kept<Value: Sendable>: Sendable {
  private let held: Mutex<Value>

  init(_ value: Value) { held = Mutex(value) }

  var value: Value {
    get { held.withLock { $0 } }
    set { held.withLock { $0 = newValue } }
  }

  func change(_ body: @Sendable (inout Value) -> Void) { held.withLock { body(&$0) } }
}
