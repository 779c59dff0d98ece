import Foundation
import Testing

@testable import Station

@Suite("The HTTP exchange, against a real server")
struct HTTPExchangeTests {
  private func send(
    _ url: String, path: String = "/", query: [HTTPCall.Pair] = [], body: String = "",
    network: CloudSettings.Network = CloudBench.network()
  ) async throws -> HTTPAnswer {
    let exchange = try AsyncHTTPExchange(network)
    let origin = try #require(HTTPOrigin(url))
    let call = HTTPCall(
      method: body.isEmpty ? "GET" : "POST", origin: origin, path: path, query: query,
      headers: [.init("host", origin.authority), .init("x-test", "1")], body: Array(body.utf8))
    do {
      let answer = try await exchange.send(call)
      await exchange.shutdown()
      return answer
    } catch {
      await exchange.shutdown()
      throw error
    }
  }

  private func fault(_ answer: LoopbackServer.Answer, timeout: Duration = .seconds(10)) async throws -> Fault?
  {
    let server = try LoopbackServer { _ in answer }
    defer { server.stop() }
    return await CloudBench.fault {
      try await send(server.url, network: CloudBench.network(timeout: timeout))
    }
  }

  @Test("sends path and query byte for byte")
  func exactBytes() async throws {
    let server = try LoopbackServer { _ in .answer(200, ["X-Thing": "yes"], "hello") }
    defer { server.stop() }
    let path = "/things/ABC%3A123%2F%20x/a~b"
    let answer = try await send(
      server.url, path: path, query: [.init("endpointType", "iot:Data-ATS"), .init("a b", "ä&=")], body: "{}")
    #expect(answer.status == 200)
    #expect(answer.header("x-thing") == "yes")
    #expect(answer.body == Array("hello".utf8))
    let request = try #require(server.requests.first)
    #expect(request.target == path + "?endpointType=iot%3AData-ATS&a%20b=%C3%A4%26%3D")
    #expect(request.text == "{}")
    #expect(
      request.headers.filter { $0.name.lowercased() == "host" }.map(\.value) == ["127.0.0.1:\(server.port)"])
  }

  @Test("does not follow a redirect")
  func redirect() async throws {
    let server = try LoopbackServer { _ in .answer(302, ["Location": "/elsewhere"]) }
    defer { server.stop() }
    #expect(try await send(server.url).status == 302)
    #expect(server.requests.count == 1)
  }

  @Test("a refused connection and a name that does not exist are the network")
  func unreachable() async throws {
    let server = try LoopbackServer { _ in .cut }
    server.stop()
    let refused = await CloudBench.fault { try await send(server.url) }
    #expect(refused?.code == .networkUnreachable)
    #expect(refused?.values["cause"] == "Connection refused")
    #expect(refused?.values["host"] == "127.0.0.1:\(server.port)")
    let nameless = await CloudBench.fault { try await send("http://station.invalid") }
    #expect(nameless?.code == .networkUnreachable)
  }

  @Test("an answer that is cut before or within is the network")
  func cut() async throws {
    #expect(try await fault(.cut)?.code == .networkUnreachable)
    let half = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":".utf8)
    let within = try await fault(.bytes(half))
    #expect(within?.disposition == .waitForNetwork)
  }

  @Test("a server that says nothing, or stops within the body, is a timeout")
  func silence() async throws {
    #expect(try await fault(.silence, timeout: .milliseconds(300))?.code == .networkTimeout)
    let stalled = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    #expect(try await fault(.stall(stalled), timeout: .milliseconds(300))?.code == .networkTimeout)
  }

  @Test("what is not HTTP, and what is longer than a mebibyte, is not understood")
  func garbage() async throws {
    #expect(try await fault(.bytes(Array("SSH-2.0-OpenSSH_9\r\n".utf8)))?.code == .answerNotUnderstood)
    let long = String(repeating: "a", count: HTTPAnswer.longestBody + 1)
    #expect(try await fault(.answer(200, [:], long))?.code == .answerNotUnderstood)
    let endless =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n200001\r\n"
      + String(repeating: "b", count: 0x200001)
    #expect(try await fault(.bytes(Array(endless.utf8)))?.code == .answerNotUnderstood)
  }

  @Test("goes through the proxy, and past it where the settings say so")
  func proxy() async throws {
    let target = try LoopbackServer { _ in .answer(200, [:], "target") }
    let proxy = try LoopbackServer { _ in .answer(200, [:], "proxy") }
    defer {
      target.stop()
      proxy.stop()
    }
    var network = CloudBench.network()
    network.proxy = proxy.url
    #expect(try await send(target.url, network: network).body == Array("proxy".utf8))
    #expect(proxy.requests.first?.method == "CONNECT")
    #expect(proxy.requests.first?.target == "127.0.0.1:\(target.port)")
    network.noProxy = ["127.0.0.0/8"]
    #expect(try await send(target.url, network: network).body == Array("target".utf8))
    network.noProxy = []
    proxy.stop()
    #expect(
      await CloudBench.fault { try await send(target.url, network: network) }?.code == .networkUnreachable)
  }

  @Test("settings that cannot be used are named")
  func settings() async throws {
    var network = CloudBench.network()
    network.proxy = "socks5://x"
    #expect(await CloudBench.fault { try AsyncHTTPExchange(network) }?.values["key"] == "cloud.network.proxy")
    network.proxy = nil
    network.caBundle = "/nonexistent/ca.pem"
    #expect(
      await CloudBench.fault { try AsyncHTTPExchange(network) }?.values["key"] == "cloud.network.ca-bundle")
  }

  @Test("a server of an unknown CA is refused, and accepted with the CA bundle")
  func tls() async throws {
    try await withTLSServer("IP:127.0.0.1") { (url, certificate) async throws in
      #expect(await CloudBench.fault { try await send(url) }?.code == .tlsRefused)
      var network = CloudBench.network()
      network.caBundle = certificate
      #expect(try await send(url, network: network).status == 200)
    }
  }

  @Test("a server with another's certificate is refused, even of the right CA")
  func tlsName() async throws {
    try await withTLSServer("DNS:other.example,IP:127.0.0.2") { (url, certificate) async throws in
      var network = CloudBench.network()
      network.caBundle = certificate
      #expect(await CloudBench.fault { try await send(url, network: network) }?.code == .tlsRefused)
    }
  }

  /// `openssl s_server` with a self-signed certificate for `names`.
  private func withTLSServer(
    _ names: String, _ body: (_ url: String, _ certificate: String) async throws -> Void
  ) async throws {
    try await CloudBench.withScratch { folder in
      let made = try await CloudBench.program(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj", "/CN=station test", "-addext", "subjectAltName=\(names)", "-keyout", "\(folder)/key.pem",
          "-out", "\(folder)/cert.pem",
        ])
      try #require(made.status == 0, "\(made.output)")
      let server = Process()
      // Not SIGTERM: a program that Foundation starts inherits the blocked signals of the pool's threads.
      defer { if server.isRunning { kill(server.processIdentifier, SIGKILL) } }
      let port = try await port(of: server, folder)
      try await body("https://127.0.0.1:\(port)", "\(folder)/cert.pem")
    }
  }

  /// Starts it and reads the port that it was given.
  private func port(of server: Process, _ folder: String) async throws -> Int {
    server.executableURL = URL(filePath: "/usr/bin/env")
    server.arguments = [
      "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-key", "\(folder)/key.pem", "-cert",
      "\(folder)/cert.pem",
    ]
    let output = try ReadablePipe()
    server.standardOutput = output.writer
    server.standardError = FileHandle.nullDevice
    server.standardInput = FileHandle.nullDevice
    try server.run()
    try output.writer.close()
    let reader = output.reader
    return try await CloudBench.blocking {
      var text = ""
      while !text.contains("ACCEPT") || !text.hasSuffix("\n") {
        let data = reader.availableData
        try #require(!data.isEmpty, "openssl s_server ended: \(text)")
        text += String(decoding: data, as: UTF8.self)
      }
      return try #require(
        text.split(whereSeparator: { $0 == ":" || $0.isWhitespace }).last.flatMap { Int($0) })
    }
  }
}
