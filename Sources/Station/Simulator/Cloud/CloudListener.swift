import Hummingbird
import Logging
import NIOCore

/// The listening socket and its connections, from one going online to the next going offline.
struct CloudListener: Sendable {
  private let serving: Task<Void, any Error>

  /// Returns once connections are accepted.
  static func start(
    port: Int, responder: CloudResponder, logger: Logger
  ) async throws -> CloudListener {
    let (ready, announce) = AsyncThrowingStream.makeStream(of: Void.self)
    let application = Application(
      responder: responder,
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in announce.yield() }, logger: logger)
    let serving = Task {
      do {
        try await application.run()
        announce.finish(throwing: CancellationError())
      } catch {
        announce.finish(throwing: error)
        throw error
      }
    }
    for try await _ in ready { break }
    return CloudListener(serving: serving)
  }

  /// Stops listening and cuts every connection, in the middle of an answer too: the clients see a reset or an end.
  func close() async {
    serving.cancel()
    // However it ended, it has ended; being cancelled is how it is told to.
    _ = await serving.result
  }
}
