import Foundation
import Glibc
import Synchronization
import Testing

@testable import Station

@Suite("The door")
struct DoorTests {
  /// A folder that everybody may look into, so that only the socket's own mode keeps strangers out.
  private final class Folder {
    let ledger: String
    private let folder: URL

    init(_ depth: Int = 0) throws {
      let name = "door-\(UUID().uuidString.prefix(8))"
      folder = URL(filePath: "/tmp").appending(path: name)
      let inner = (0..<depth).reduce(folder) { parent, _ in
        parent.appending(path: String(repeating: "d", count: 60))
      }
      try FileManager.default.createDirectory(
        at: inner, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      ledger = inner.appending(path: "ledger.sqlite").path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
  }

  private func echo(_ request: DoorRequest, _ peer: DoorPeer) async -> DoorAnswer {
    var answer = DoorAnswer()
    answer.left = request.seconds
    return answer
  }

  @Test("a request goes in and its answer comes out, however long the path", arguments: [0, 4])
  func roundTrip(_ depth: Int) async throws {
    let folder = try Folder(depth)
    let seen = Mutex<[DoorRequest]>([])
    let server = try DoorServer(besides: folder.ledger) { request, peer in
      #expect(peer.user == geteuid() && peer.process == getpid())
      seen.withLock { $0.append(request) }
      return await echo(request, peer)
    }
    var request = DoorRequest(.sync, actor: "4711")
    request.seconds = 17
    #expect(try await DoorClient(ledger: folder.ledger).ask(request).left == 17)
    #expect(seen.withLock { $0 } == [request])
    server.stop()
    #expect(!FileManager.default.fileExists(atPath: server.path))
    await #expect(throws: DoorError.nobody) { try await DoorClient(ledger: folder.ledger).ask(request) }
  }

  @Test func `only the owner may open the socket`() async throws {
    let folder = try Folder()
    let server = try DoorServer(besides: folder.ledger, handler: echo)
    defer { server.stop() }
    let mode = try FileManager.default.attributesOfItem(atPath: server.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    guard geteuid() == 0 else {
      print("not tried as another user: the tests do not run as root")
      return
    }
    let stranger = Foundation.Process()
    stranger.executableURL = URL(filePath: "/usr/bin/setpriv")
    stranger.arguments = [
      // perl is part of every Debian; an interpreter in somebody's home could not be read by the stranger.
      "--reuid=65534", "--clear-groups", "/usr/bin/perl", "-MSocket", "-MErrno=EACCES", "-e",
      "socket(S, AF_UNIX, SOCK_STREAM, 0); exit(connect(S, sockaddr_un($ARGV[0])) ? 0 : $! == EACCES ? 7 : 8)",
      server.path,
    ]
    try stranger.run()
    stranger.waitUntilExit()
    #expect(stranger.terminationStatus == 7)
  }

  /// The larger request does not fit into the socket: the Door has answered and closed before it is sent.
  @Test(arguments: [0, 40_000])
  func `a peer that is not ours is answered with a fault and nothing is done`(serials: Int) async throws {
    let folder = try Folder()
    let called = Atomic(false)
    let server = try DoorServer(
      besides: folder.ledger, allows: { _ in false },
      handler: { _, _ in
        called.store(true, ordering: .relaxed)
        return DoorAnswer()
      })
    defer { server.stop() }
    var request = DoorRequest(.stop, actor: "x")
    request.serials = (0..<serials).map { SerialNumber(normalised: "SPK\(10_000_000 + $0)") }
    let answer = try await DoorClient(ledger: folder.ledger).ask(request)
    #expect(answer.fault?.code == .ledgerReadOnly)
    let wasCalled = called.load(ordering: .relaxed)
    #expect(!wasCalled)
  }

  @Test func `two ledgers in one folder have two doors, and a link leads to the one of its ledger`()
    async throws
  {
    let folder = try Folder()
    let other = folder.ledger + ".old"
    let link = folder.ledger + ".link"
    for path in [folder.ledger, other] {
      #expect(FileManager.default.createFile(atPath: path, contents: Data()))
    }
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.ledger)
    let server = try DoorServer(besides: folder.ledger, handler: echo)
    defer { server.stop() }
    var request = DoorRequest(.status, actor: "x")
    request.seconds = 7
    #expect(try await DoorClient(ledger: link).ask(request).left == 7)
    await #expect(throws: DoorError.nobody) { try await DoorClient(ledger: other).ask(request) }
    let second = try DoorServer(besides: other, handler: echo)
    defer { second.stop() }
    #expect(try await DoorClient(ledger: folder.ledger).ask(request).left == 7)
  }

  @Test func `the socket that a killed station left behind is nobody, and is replaced`() async throws {
    let folder = try Folder()
    let path = DoorSocket.path(besides: folder.ledger)
    let dead = try DoorSocket.make(path)
    #expect(try DoorSocket.withAddress(of: path) { bind(dead, $0, $1) } == 0)
    close(dead)
    #expect(FileManager.default.fileExists(atPath: path))
    let client = DoorClient(ledger: folder.ledger)
    await #expect(throws: DoorError.nobody) { try await client.ask(DoorRequest(.status, actor: "x")) }
    let server = try DoorServer(besides: folder.ledger, handler: echo)
    defer { server.stop() }
    #expect(try await client.ask(DoorRequest(.status, actor: "x")).fault == nil)
  }

  @Test func `garbage is answered, silence and a crowd are turned away, and the next guest is served`()
    async throws
  {
    let folder = try Folder()
    let server = try DoorServer(besides: folder.ledger, handler: echo)
    defer { server.stop() }
    #expect(try raw(server.path, Array("{\"verb\":\"dance\"}\n".utf8)).contains("settings-invalid"))
    #expect(try raw(server.path, [0xFF, 0xFE, 0x0A]).contains("settings-invalid"))
    // An endless line is cut off long before it is all sent.
    let flood = 4 * DoorSocket.longestRequest
    #expect(try send([UInt8](repeating: 0x20, count: flood), to: server.path).sent < flood)
    // Guests that say nothing must not keep others out.
    let silent = try (0..<4).map { _ in try connected(server.path) }
    defer { for descriptor in silent { close(descriptor) } }
    var request = DoorRequest(.sync, actor: "x")
    request.seconds = 3
    #expect(try await DoorClient(ledger: folder.ledger).ask(request).left == 3)
  }

  /// A `sync` that was broken off with Ctrl-C: its hour must not keep out who wants to stop the station.
  @Test func `guests that went away while they waited make room`() async throws {
    let folder = try Folder()
    let server = try DoorServer(besides: folder.ledger) { request, peer in
      if request.seconds == 3_600 { for await _ in AsyncStream<Void>.makeStream().stream {} }
      return await echo(request, peer)
    }
    defer { server.stop() }
    var long = DoorRequest(.sync, actor: "x")
    long.seconds = 3_600
    let line = try JSONEncoder().encode(long) + [0x0A]
    for _ in 0..<2 {
      let guests = try (0..<DoorServer.mostGuests).map { _ in try connected(server.path) }
      for guest in guests { _ = line.withUnsafeBytes { write(guest, $0.baseAddress, $0.count) } }
      for guest in guests { close(guest) }
      var request = DoorRequest(.sync, actor: "x")
      request.seconds = 3
      let asked = request
      try await eventually("there is room again") {
        (try? await DoorClient(ledger: folder.ledger).ask(asked).left) == 3
      }
    }
  }

  @Test func `many ask at once and each gets its own answer`() async throws {
    let folder = try Folder()
    let server = try DoorServer(besides: folder.ledger, handler: echo)
    defer { server.stop() }
    let client = DoorClient(ledger: folder.ledger)
    try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
      for number in 1...DoorServer.mostGuests {
        group.addTask {
          var request = DoorRequest(.sync, actor: "x")
          request.seconds = number
          return (number, try await client.ask(request).left)
        }
      }
      for try await (asked, answered) in group { #expect(asked == answered) }
    }
  }

  private func connected(_ path: String) throws -> Int32 {
    let descriptor = try DoorSocket.make(path)
    #expect(try DoorSocket.withAddress(of: path) { connect(descriptor, $0, $1) } == 0)
    return descriptor
  }

  private func raw(_ path: String, _ bytes: [UInt8]) throws -> String { try send(bytes, to: path).heard }

  /// How many bytes were taken, and everything that comes back.
  private func send(_ bytes: [UInt8], to path: String) throws -> (sent: Int, heard: String) {
    let descriptor = try connected(path)
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    var heard: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { break }
      heard += chunk[..<count]
    }
    return (sent, String(decoding: heard, as: UTF8.self))
  }
}
