import Foundation
import Glibc

/// Asks the running station through its Door.
struct DoorClient: Sendable {
  let path: String

  init(ledger: String) { path = DoorSocket.path(besides: ledger) }

  /// - Throws: `nobody` when no station runs on this ledger: the caller then takes the ledger's lock itself.
  func ask(_ request: DoorRequest, within limit: Duration = .seconds(10)) async throws(DoorError)
    -> DoorAnswer
  {
    let path = path
    let result: Result<DoorAnswer, DoorError> = await withCheckedContinuation { continuation in
      // The calls block, so they get a thread of their own.
      Thread.detachNewThread {
        continuation.resume(
          returning: Result { () throws(DoorError) in try Self.exchange(request, path: path, within: limit) })
      }
    }
    return try result.get()
  }

  private static func exchange(_ request: DoorRequest, path: String, within limit: Duration) throws(DoorError)
    -> DoorAnswer
  {
    let deadline = ContinuousClock.now + limit
    let descriptor = try DoorSocket.make(path)
    defer { close(descriptor) }
    let connected: Int32
    do throws(DoorError) {
      connected = try DoorSocket.withAddress(of: path) { connect(descriptor, $0, $1) }
    } catch {
      if case .failed(_, _, ENOENT) = error { throw .nobody }
      throw error
    }
    if connected != 0 {
      switch errno {
      // A socket without a listener is what a station that was killed leaves behind.
      case ENOENT, ECONNREFUSED: throw .nobody
      case EACCES, EPERM: throw .notPermitted(path: path)
      default: throw .failed(call: "connect", path: path, errno: errno)
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let line = try Self.answer(
        to: try encoder.encode(request), over: descriptor, path: path, deadline: deadline)
      return try JSONDecoder().decode(DoorAnswer.self, from: Data(line))
    } catch let error as DoorError {
      throw error
    } catch {
      throw .garbled(String(describing: error))
    }
  }

  /// A Door that takes no request from this user answers before it has read one, and closes: the answer is there, though
  /// the request cannot be sent to its end.
  private static func answer(
    to request: Data, over descriptor: Int32, path: String, deadline: ContinuousClock.Instant
  ) throws(DoorError) -> [UInt8] {
    func answer() throws(DoorError) -> [UInt8] {
      try DoorSocket.readLine(descriptor, path: path, limit: DoorSocket.longestAnswer, deadline: deadline)
    }
    do throws(DoorError) {
      try DoorSocket.writeLine(descriptor, path: path, request, deadline: deadline)
    } catch {
      guard case .failed(_, _, EPIPE) = error, let early = try? answer() else { throw error }
      return early
    }
    return try answer()
  }
}
