import NIOCore
import Synchronization

/// The connections that the cloud has answered on, so that going offline can cut them.
final class OpenConnections: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  func remember(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    let isNew = channels.withLock { $0.updateValue(channel, forKey: id) == nil }
    guard isNew else { return }
    channel.closeFuture.whenComplete { [weak self] _ in
      _ = self?.channels.withLock { $0.removeValue(forKey: id) }
    }
  }

  func cut() {
    let open = channels.withLock { Array($0.values) }
    for channel in open { channel.close(promise: nil) }
  }
}
