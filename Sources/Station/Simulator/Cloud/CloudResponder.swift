import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The HTTP layer: turns a request into a value, the value's answer into a response, and nothing else.
struct CloudResponder: HTTPResponder {
  /// One request on one connection; the connection is known so that it can be broken.
  struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
      coreContext = CoreRequestContextStorage(source: source)
      channel = source.channel
    }
  }

  var desk: CloudDesk
  var control: CloudControl
  var clock: any StationClock
  /// How long every answer takes.
  var latency: Duration

  private static let silence = Duration.seconds(120)

  func respond(to request: Request, context: Context) async throws -> Response {
    let path = (request.head.path ?? "/").split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var headers = request.headers.map {
      SimulatedRequest.Header(name: $0.name.canonicalName, value: $0.value)
    }
    // The host travels apart from the other fields (RFC 9113 section 8.3.1), also where HTTP/1.1 brought it.
    if let host = request.head.authority { headers.append(.init(name: "host", value: host)) }
    let body: ByteBuffer
    do { body = try await request.body.collect(upTo: SimulatedRequest.largestBody) } catch {
      return Response(status: .contentTooLarge, headers: [.connection: "close"])
    }
    let received = SimulatedRequest(
      method: request.method.rawValue, path: String(path.first ?? "/"),
      query: path.count > 1 ? String(path[1]) : "", headers: headers, body: Array(body.readableBytesView))
    if let answer = await control.answer(received) { return response(answer) }
    switch await desk.deliver(received) {
    case .broken:
      context.channel.close(promise: nil)
      return Response(status: .internalServerError)
    case .silent:
      // Longer than any client waits; the connection is given up then, so that none is kept for ever.
      try await clock.sleep(for: Self.silence)
      context.channel.close(promise: nil)
      return Response(status: .internalServerError)
    case .answer(let answer, let delay):
      if delay + latency > .zero { try await clock.sleep(for: delay + latency) }
      return response(answer)
    }
  }

  private func response(_ answer: SimulatedAnswer) -> Response {
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    headers[.contentLength] = String(answer.body.count)
    return Response(
      status: .init(code: answer.status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
