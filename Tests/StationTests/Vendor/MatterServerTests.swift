import Foundation
import Synchronization
import Testing

@testable import Station

/// The hub's side as it is: python-matter-server behind the simulated shadow, in a network that has nothing but loopback.
@Suite("A real Matter server behind the cloud", .serialized)
struct MatterServerTests {
  /// One conversation over the pipes of `Tests/MatterServer/run`.
  private final class Server: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let rest = Mutex(Data())

    init(python: String) throws {
      process.executableURL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "MatterServer/run")
      process.arguments = [python]
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      try #require(answer()?["ready"] == .flag(true), "the Matter server does not start")
    }

    func stop() {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }

    func ask(_ command: String, _ arguments: JSONValue?) -> JSONValue? {
      let line = JSONValue.object(["command": .text(command), "args": arguments ?? [:]]).bytes + [0x0A]
      input.fileHandleForWriting.write(Data(line))
      return answer()
    }

    private func answer() -> JSONValue? {
      rest.withLock { rest in
        while true {
          if let end = rest.firstIndex(of: 0x0A) {
            defer { rest = Data(rest[(end + 1)...]) }
            return JSONValue(parsing: Array(rest[..<end]))
          }
          let more = output.fileHandleForReading.availableData
          if more.isEmpty { return nil }
          rest.append(more)
        }
      }
    }
  }

  private static let python = ProcessInfo.processInfo.environment["STATION_MATTER_PYTHON"]

  @Test(
    .enabled(if: python != nil, "needs python-matter-server: make test installs it"), .timeLimit(.minutes(2)))
  func `a finished hub is asked, and its own server answers`() throws {
    let server = try Server(python: try #require(Self.python))
    defer { server.stop() }
    let secret = FileManager.default.temporaryDirectory.appending(path: "passphrase-\(UUID().uuidString)")
    #expect(
      FileManager.default.createFile(
        atPath: secret.path(), contents: Data("correct horse".utf8), attributes: [.posixPermissions: 0o600]))
    defer { try? FileManager.default.removeItem(at: secret) }
    let bench = try VendorBench(
      change: {
        $0.networks = [.init(name: "showroom", ssid: "Show Room", passphrase: .file(secret.path()))]
      }, hubAnswers: { command, arguments in server.ask(command, arguments) })
    try bench.play { bench in
      let unit = try await bench.registered()
      let checks = [
        CloudCheck(command: CloudCheck.online, seconds: 5, values: []),
        CloudCheck(
          command: "server_info", seconds: 10,
          values: [
            .init(name: "schema", path: "schema_version", low: 9),
            .init(name: "network", path: "wifi_credentials_set", expected: "false"),
          ]),
        CloudCheck(
          command: "get_nodes", seconds: 10, values: [.init(name: "nodes", path: "", expected: "[]")]),
      ]
      let ended = try await bench.send(checks.map { .checkHub(unit, $0) })
      #expect(ended.map(\.state) == [.settled, .settled, .settled], "\(ended.map(\.fault))")

      let joined = try await bench.send([
        .sendHubCommand(
          unit, HubCommand(command: "set_wifi_credentials", network: "showroom", seconds: 10)),
        .sendHubCommand(unit, HubCommand(command: "server_info", seconds: 10)),
      ])
      #expect(joined.map(\.state) == [.settled, .settled], "\(joined.map(\.fault))")
      #expect(joined[1].evidence?.values["answer"]?.contains("\"wifi_credentials_set\":true") == true)
      // The simulator's own answers have the server's fields.
      let told = server.ask("server_info", nil)?["result"]?.asObject ?? [:]
      let pretended = await SimulatedMatterServer.answers("server_info", nil)?["result"]?.asObject ?? [:]
      #expect(Set(told.keys) == Set(pretended.keys))

      let refused = try await bench.send([
        .sendHubCommand(unit, HubCommand(command: "open_sesame", seconds: 10))
      ])
      #expect(refused[0].fault?.code == .hubCommandRefused)
      #expect(refused[0].fault?.values["message"] == "Invalid command: open_sesame")
    }
  }
}
