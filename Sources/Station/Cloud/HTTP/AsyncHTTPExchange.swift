import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// `HTTPExchange` over async-http-client: HTTP/1.1, proxy, no-proxy, CA bundle, time limits.
///
/// Two clients, because async-http-client knows a proxy for all hosts or for none. `shutdown()` must have been called
/// before the last reference goes: the library ends a debug build otherwise.
final class AsyncHTTPExchange: HTTPExchange {
  private let direct: HTTPClient
  private let proxied: HTTPClient?
  private let directHosts: DirectHosts
  private let requestTimeout: Duration

  /// - Throws: `settings-invalid` when the proxy is no URL or the CA bundle cannot be read.
  init(_ network: CloudSettings.Network) throws(Fault) {
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: try Self.trust(network.caBundle), redirectConfiguration: .disallow,
      timeout: .init(
        connect: Self.amount(network.connectTimeout), read: Self.amount(network.requestTimeout)),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    // The courier decides when to try again; here a refused connection is told at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    var proxy: HTTPClient.Configuration.Proxy?
    if let text = network.proxy {
      guard let origin = HTTPOrigin(text), origin.scheme == "http", origin.prefix.isEmpty else {
        throw Fault(.settingsInvalid, ["key": "cloud.network.proxy", "value": text])
      }
      proxy = .server(host: origin.host, port: origin.port ?? 80)
    }
    direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    if let proxy {
      configuration.proxy = proxy
      proxied = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    } else {
      proxied = nil
    }
    directHosts = DirectHosts(network.noProxy)
    requestTimeout = network.requestTimeout
  }

  func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer {
    var request = HTTPClientRequest(url: call.target)
    request.method = HTTPMethod(rawValue: call.method)
    for header in call.headers { request.headers.add(name: header.name, value: header.value) }
    if !call.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: call.body)) }
    let client = directHosts.contains(call.origin.host) ? direct : proxied ?? direct
    do {
      return try await Self.answer(of: client, to: request, within: requestTimeout)
    } catch {
      throw Self.fault(error, host: call.origin.authority)
    }
  }

  /// The library's own deadline ends with the head of the answer: a server that stops within the body, or sends it drop
  /// by drop, would be waited for without end.
  private static func answer(
    of client: HTTPClient, to request: HTTPClientRequest, within limit: Duration
  ) async throws -> HTTPAnswer {
    try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
      group.addTask {
        let response = try await client.execute(request, timeout: amount(limit))
        let body = try await response.body.collect(upTo: HTTPAnswer.longestBody)
        return HTTPAnswer(
          status: Int(response.status.code),
          headers: response.headers.map { HTTPCall.Pair($0.name, $0.value) },
          body: Array(body.readableBytesView))
      }
      group.addTask {
        try await Task.sleep(for: limit)
        throw HTTPClientError.deadlineExceeded
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw HTTPClientError.deadlineExceeded }
      return answer
    }
  }

  /// Waits for nothing: calls on their way end as `network-unreachable`.
  func shutdown() async {
    for client in [direct, proxied].compactMap({ $0 }) {
      // The only errors are a second shutdown and connections that closed uncleanly; both leave it shut down.
      do { try await client.shutdown() } catch { continue }
    }
  }

  private static func trust(_ path: String?) throws(Fault) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    guard let path else { return configuration }
    do {
      let certificates = try NIOSSLCertificate.fromPEMFile(path)
      guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
      configuration.trustRoots = .certificates(certificates)
      return configuration
    } catch {
      throw Fault(
        .settingsInvalid,
        ["key": "cloud.network.ca-bundle", "value": path, "cause": String(describing: error)])
    }
  }

  private static func amount(_ duration: Duration) -> TimeAmount {
    .nanoseconds(
      duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)
  }
}
