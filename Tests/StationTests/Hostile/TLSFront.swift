import Foundation
import Testing

@testable import Station

/// TLS before a plain cloud, by a server that is not ours (Tests/Oracles/tls_front.py), which does wrong as it is told.
final class TLSFront: @unchecked Sendable {
  enum Mode: String, CaseIterable, Sendable {
    case good, stranger, plain, alert, silent, cut, reset, noise

    /// The request goes through, and its answer does not.
    var comesAfterEffect: Bool { self == .cut || self == .reset || self == .noise }
  }

  let folder: String
  let port: Int
  var url: String { "https://127.0.0.1:\(port)" }
  var certificate: String { "\(folder)/good.pem" }
  private let process = Process()
  private let input = Pipe()
  private let reader: FileHandle

  /// Only one task at a time talks to it; that is what "unchecked" rests on.
  init(before cloud: SimulatedCloud) async throws {
    let folder = NSTemporaryDirectory() + "tls-\(UUID().uuidString)"
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["good", "stranger"] {
      let made = try await CloudBench.program(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj", "/CN=station test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
          "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
        ])
      try #require(made.status == 0, "\(made.output)")
      let both = try ["crt", "key"].map {
        try String(contentsOfFile: "\(folder)/\(name).\($0)", encoding: .utf8)
      }
      try CloudBench.file(both.joined(), "\(name).pem", in: folder)
    }
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Oracles/tls_front.py").standardized.path(percentEncoded: false)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      ForeignClient.interpreter, script, String(try #require(cloud.baseURL.split(separator: ":").last)),
      "\(folder)/good.pem", "\(folder)/stranger.pem",
    ]
    let output = try ReadablePipe()
    process.standardOutput = output.writer
    process.standardInput = input
    try process.run()
    try output.writer.close()
    reader = output.reader
    port = try #require(Int(try await Self.line(reader)))
  }

  /// Returns when every new connection gets this, and the old ones are torn down.
  func set(_ mode: Mode) async throws {
    try input.fileHandleForWriting.write(contentsOf: Data("\(mode.rawValue)\n".utf8))
    try #require(try await Self.line(reader) == "ok \(mode.rawValue)")
  }

  func end() throws {
    // Not SIGTERM: a program that Foundation starts inherits the blocked signals of the pool's threads.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try FileManager.default.removeItem(atPath: folder)
  }

  private static func line(_ reader: FileHandle) async throws -> String {
    try await CloudBench.blocking {
      var text = ""
      while !text.hasSuffix("\n") {
        let data = reader.availableData
        try #require(!data.isEmpty, "the TLS server ended: \(text)")
        text += String(decoding: data, as: UTF8.self)
      }
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
