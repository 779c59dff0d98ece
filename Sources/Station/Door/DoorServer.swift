import Dispatch
import Foundation
import Glibc
import Synchronization

/// The Door: a socket beside the ledger, one JSON line in, one JSON line out, for the station's own user and root.
///
/// Only the holder of the ledger's lock opens it, so a socket that is there already is a dead station's and is replaced.
final class DoorServer: Sendable {
  typealias Handler = @Sendable (DoorRequest, DoorPeer) async -> DoorAnswer

  /// At once; one more is told to come again.
  static let mostGuests = 8
  /// For a guest to say what it wants, and to take its answer.
  static let patience = Duration.seconds(5)

  let path: String
  private let listener: Int32
  private let wake: (read: Int32, write: Int32)
  private let allows: @Sendable (DoorPeer) -> Bool
  private let handler: Handler
  private let guests = Atomic(0)
  private let stopped = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Opens the Door and begins to answer.
  init(
    besides ledger: String, allows: @escaping @Sendable (DoorPeer) -> Bool = { $0.isOurs },
    handler: @escaping Handler
  ) throws(DoorError) {
    path = DoorSocket.path(besides: ledger)
    self.allows = allows
    self.handler = handler
    listener = try Self.listen(path)
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else {
      let error = DoorError.failed(call: "pipe", path: path, errno: errno)
      close(listener)
      unlink(path)
      throw error
    }
    for end in pipes { Self.closeInChildren(end) }
    wake = (pipes[0], pipes[1])
    Thread.detachNewThread { [self] in accept() }
  }

  /// No guest is let in any more; those inside get their answer. Returns once the socket is gone.
  func stop() {
    guard !stopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 0
    _ = write(wake.write, &byte, 1)
    ended.wait()
    close(wake.read)
    close(wake.write)
  }

  private static func listen(_ path: String) throws(DoorError) -> Int32 {
    let descriptor = try DoorSocket.make(path)
    do throws(DoorError) {
      // The mode of the node is the descriptor's own from the first moment on: between bind and chmod anybody could
      // have come in.
      guard fchmod(descriptor, 0o600) == 0 else { throw .failed(call: "fchmod", path: path, errno: errno) }
      if unlink(path) != 0, errno != ENOENT { throw .failed(call: "unlink", path: path, errno: errno) }
      guard try DoorSocket.withAddress(of: path, { bind(descriptor, $0, $1) }) == 0 else {
        throw .failed(call: "bind", path: path, errno: errno)
      }
      guard Glibc.listen(descriptor, Int32(mostGuests)) == 0 else {
        throw .failed(call: "listen", path: path, errno: errno)
      }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// A program that the station runs must not hold a guest's line.
  private static func closeInChildren(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  // MARK: Its thread

  private func accept() {
    defer {
      close(listener)
      unlink(path)
      ended.signal()
    }
    while !stopped.load(ordering: .acquiring) {
      var entries = [
        pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&entries, 2, -1) < 0 {
        guard errno == EINTR else { return }
        continue
      }
      guard entries[1].revents == 0 else { return }
      let guest = Glibc.accept(listener, nil, nil)
      guard guest >= 0 else {
        // Out of descriptors: the guest stays in the queue and poll(2) would return at once, again and again.
        _ = poll(&entries[1], 1, 100)
        continue
      }
      Self.closeInChildren(guest)
      guard guests.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue <= Self.mostGuests else {
        guests.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        close(guest)
        continue
      }
      Thread.detachNewThread { [self] in
        serve(guest)
        close(guest)
        guests.wrappingSubtract(1, ordering: .acquiringAndReleasing)
      }
    }
  }

  /// On the guest's own thread. What goes wrong here is the guest's loss alone: it sees the line end.
  private func serve(_ guest: Int32) {
    guard let peer = DoorPeer(of: guest) else { return }
    let answer: DoorAnswer
    if !allows(peer) {
      answer = DoorAnswer(
        fault: Fault(.ledgerReadOnly, ["path": path, "cause": "user \(peer.user) is not the station's"]))
    } else if let line = try? DoorSocket.readLine(
      guest, path: path, limit: DoorSocket.longestRequest, deadline: .now + Self.patience)
    {
      // A guest that is gone makes room for the next one; what it asked for goes on.
      guard let given = self.answer(to: line, from: peer, on: guest) else { return }
      answer = given
    } else {
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(answer) else { return }
    try? DoorSocket.writeLine(guest, path: path, text, deadline: .now + Self.patience)
  }

  /// - Returns: nil: the guest did not wait for it.
  private func answer(to line: [UInt8], from peer: DoorPeer, on guest: Int32) -> DoorAnswer? {
    let request: DoorRequest
    do { request = try JSONDecoder().decode(DoorRequest.self, from: Data(line)) } catch {
      return DoorAnswer(fault: Fault(.settingsInvalid, ["key": "door", "cause": String(describing: error)]))
    }
    let box = AnswerBox()
    let handler = handler
    Task {
      box.put(await handler(request, peer))
    }
    while true {
      if let answer = box.wait(for: .milliseconds(100)) { return answer }
      var line = pollfd(fd: guest, events: 0, revents: 0)
      if poll(&line, 1, 0) > 0, line.revents & Int16(POLLHUP | POLLERR) != 0 { return nil }
    }
  }

  /// Carries an answer from a task to a thread that waits for it.
  private final class AnswerBox: Sendable {
    private let answer = Mutex<DoorAnswer?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    func put(_ value: DoorAnswer) {
      answer.withLock { $0 = value }
      ready.signal()
    }

    /// - Returns: nil: not yet.
    func wait(for time: DispatchTimeInterval) -> DoorAnswer? {
      ready.wait(timeout: .now() + time) == .success ? answer.withLock { $0 } : nil
    }
  }
}
