import Foundation
import Synchronization

/// A real HTTP server on loopback that answers as a test says: also with garbage, with half an answer, or not at all.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// As it came: nothing decoded.
    var target: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    var path: String { String(target.split(separator: "?", omittingEmptySubsequences: false)[0]) }
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
  }

  enum Answer: Sendable {
    case answer(_ status: Int, _ headers: [String: String] = [:], _ body: String = "")
    case bytes([UInt8])
    /// Closes without a byte.
    case cut
    /// Keeps the connection open and says nothing.
    case silence
    /// The head of an answer, then nothing more.
    case stall(String)

    static func json(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> Answer {
      .answer(
        status, headers.merging(["Content-Type": "application/json", "x-amzn-RequestId": "r-1"]) { $0 + $1 },
        body)
    }
    static func aws(_ status: Int, _ type: String, _ message: String, _ headers: [String: String] = [:])
      -> Answer
    {
      json(
        status, #"{"message":"\#(message)"}"#,
        headers.merging(["x-amzn-ErrorType": "\(type):"]) { first, _ in first })
    }
    static let page = Answer.answer(
      200, ["Content-Type": "text/html"], "<!doctype html><title>Guest network</title><p>Accept the terms</p>"
    )
  }

  let port: UInt16
  private let descriptor: Int32
  private let state = Mutex<State>(State())
  private let handler: @Sendable (Request) -> Answer

  private struct State {
    var requests: [Request] = []
    var connections: Set<Int32> = []
    var stopped = false
  }

  var requests: [Request] { state.withLock { $0.requests } }
  var url: String { "http://127.0.0.1:\(port)" }

  init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
    self.handler = handler
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = descriptor
    let ready = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, length) == 0 && listen(listening, 64) == 0
          && getsockname(listening, $0, &length) == 0
      }
    }
    guard ready else { throw POSIXError(.EADDRINUSE) }
    port = UInt16(bigEndian: address.sin_port)
    Thread { [self] in
      // Closed by this thread alone: a number that was given back too early is the next server's, and its guests would
      // be let in here.
      defer { close(descriptor) }
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        let stopped = state.withLock { state in
          if !state.stopped { state.connections.insert(connection) }
          return state.stopped
        }
        guard !stopped else {
          close(connection)
          return
        }
        Thread { self.serve(connection) }.start()
      }
    }.start()
  }

  /// Refuses from now on, and cuts what is open.
  func stop() {
    let open = state.withLock { state in
      state.stopped = true
      return state.connections
    }
    for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve(_ connection: Int32) {
    defer {
      state.withLock { _ = $0.connections.remove(connection) }
      close(connection)
    }
    var buffer: [UInt8] = []
    while let request = read(connection, &buffer) {
      state.withLock { $0.requests.append(request) }
      if request.method == "CONNECT" {
        // A proxy that leads every tunnel to itself.
        write(connection, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
        continue
      }
      switch handler(request) {
      case .answer(let status, let headers, let body):
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let length = status == 204 ? "" : "Content-Length: \(body.utf8.count)\r\n"
        write(connection, Array("HTTP/1.1 \(status) X\r\n\(lines)\(length)\r\n\(body)".utf8))
      case .bytes(let bytes):
        write(connection, bytes)
        return
      case .cut: return
      case .stall(let text):
        write(connection, Array(text.utf8))
        _ = read(connection, &buffer)
        return
      case .silence:
        _ = read(connection, &buffer)
        return
      }
    }
  }

  private func write(_ connection: Int32, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
    var chunk = [UInt8](repeating: 0, count: 65536)
    func fill() -> Bool {
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return false }
      buffer += chunk[..<count]
      return true
    }
    let end = Array("\r\n\r\n".utf8)
    var headEnd: Int?
    while headEnd == nil {
      headEnd = buffer.count < 4 ? nil : (0...(buffer.count - 4)).first { Array(buffer[$0..<$0 + 4]) == end }
      if headEnd == nil, !fill() { return nil }
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ", maxSplits: 2)
    guard words.count == 3 else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    let length = Int(headers.first { $0.name.lowercased() == "content-length" }?.value ?? "0") ?? 0
    while buffer.count < headEnd + 4 + length { guard fill() else { return nil } }
    let body = Array(buffer[(headEnd + 4)..<(headEnd + 4 + length)])
    buffer.removeFirst(headEnd + 4 + length)
    return Request(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
  }
}
