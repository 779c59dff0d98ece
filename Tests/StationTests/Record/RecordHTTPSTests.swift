import CertForge
import Foundation
import Synchronization
import Testing

@testable import Station

@Suite("The record behind HTTPS")
struct RecordHTTPSTests {
  /// A store that keeps segments by name, as the sink's description says.
  final class Store: HTTPExchange {
    struct Held {
      var segments: [String: [UInt8]] = [:]
      var keys: [String] = []
      var paths: [String] = []
      /// The answers of so many more PUTs are lost, after their effect.
      var losing = 0
      var status: Int?
      /// What the place says of its newest row, where it says so.
      var hash: String?
      var digestsAgree = true
    }

    let held = Mutex(Held())

    func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer {
      try held.withLock { held throws(Fault) in
        held.paths.append(call.path)
        if let status = held.status { return answer(status) }
        guard call.method == "PUT" else {
          let last = held.segments.keys.compactMap { RecordSegmentName(file: $0)?.last }.max()
          let hash = held.hash.map { ",\"hash\":\"\($0)\"" } ?? ""
          return last.map { answer(200, "{\"last\":\($0)\(hash)}") } ?? answer(404)
        }
        func header(_ name: String) -> String { call.headers.first { $0.name == name }?.value ?? "" }
        held.keys.append(header("idempotency-key"))
        let digest = Data(Digest.sha256(call.body)).base64EncodedString()
        if header("content-digest") != "sha-256=:\(digest):" { held.digestsAgree = false }
        let name = String(call.path.split(separator: "/").last ?? "")
        if let there = held.segments[name] { return answer(there == call.body ? 200 : 409) }
        held.segments[name] = call.body
        if held.losing > 0 {
          held.losing -= 1
          throw Fault(.networkTimeout)
        }
        return answer(201)
      }
    }

    private func answer(_ status: Int, _ body: String = "") -> HTTPAnswer {
      HTTPAnswer(status: status, headers: [], body: Array(body.utf8))
    }
  }

  @Test func `segments go by PUT with their key and digest`() async throws {
    let bench = try RecordBench(station: "Halle 7")
    try await bench.write(rows: 120)
    let store = Store()
    let status = try await bench.shipper(try HTTPSSink("https://records.example/in/", exchange: store))
      .flush()
    #expect(status.behind == 0 && status.place == "https://records.example/in")
    let held = store.held.withLock { $0 }
    #expect(held.digestsAgree)
    #expect(held.keys.first == "Halle%207:1-50")
    #expect(held.paths.first == "/in/Halle%25207")
    let names = held.segments.keys.sorted()
    #expect(
      RecordSegment.verify(names.compactMap { held.segments[$0].map { Data($0) } }).rows == status.last)
  }

  @Test func `a lost answer is followed by the very same segment, also after a restart`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 20)
    let store = Store()
    store.held.withLock { $0.losing = 1 }
    let sink = try HTTPSSink("https://records.example", exchange: store)
    #expect(try await bench.shipper(sink).flush().fault?.code == .networkTimeout)
    // More rows, a new process, and a store that cannot be asked what it has.
    try await bench.write(rows: 5)
    let deaf = DeafStore(store: store)
    let status = try await bench.shipper(try HTTPSSink("https://records.example", exchange: deaf)).flush()
    #expect(status.fault == nil && status.behind == 0)
    let held = store.held.withLock { $0 }
    #expect(held.keys.count == 3)
    #expect(held.keys[0] == held.keys[1])
    #expect(held.segments.count == 2)
  }

  @Test func `a place that names the hash of its newest row is held to it`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 60)
    let store = Store()
    let sink = try HTTPSSink("https://records.example", exchange: store)
    let shipped = try await bench.shipper(sink).flush()
    let head = try #require(try await bench.ledger.rows(after: shipped.last - 1, limit: 1).first?.hash)
    try await bench.write(rows: 60)
    for (hash, problem) in [
      (String(repeating: "0", count: 64), "other-history"), ("17", nil),
      (String(repeating: "x", count: 64), nil),
    ] {
      store.held.withLock { $0.hash = hash }
      let status = try await bench.shipper(sink).flush()
      #expect(status.fault != nil && status.fault?.values["problem"] == problem)
      #expect(status.behind > 0)
    }
    store.held.withLock { $0.hash = Hexadecimal.encode(head) }
    // Asked at each visit, and this one goes on behind it: the store would have to name the new one next.
    let status = try await bench.shipper(sink).flush()
    #expect(status.fault == nil && status.behind == 0)
  }

  struct DeafStore: HTTPExchange {
    let store: Store
    func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer {
      call.method == "GET" ? HTTPAnswer(status: 405, headers: [], body: []) : try await store.send(call)
    }
  }

  @Test func `other contents, refusals and pages are faults`() async throws {
    let bench = try RecordBench()
    try await bench.write(rows: 10)
    let store = Store()
    let sink = try HTTPSSink("http://127.0.0.1:1", exchange: store)
    let rows = try await bench.ledger.rows(after: 0, limit: 10)
    let segment = try RecordSegment(station: bench.station, rows: rows)
    store.held.withLock { $0.segments[segment.name.description] = [1] }
    let conflict = await #expect(throws: Fault.self) { try await sink.put(segment) }
    #expect(conflict?.values["problem"] == "other-contents")
    store.held.withLock { $0.status = 503 }
    await #expect(throws: Fault.self) { try await sink.put(segment) }
    // 200 with a page instead of a position.
    store.held.withLock { $0.status = 200 }
    let page = await #expect(throws: Fault.self) { try await sink.open(station: "x", known: nil) }
    #expect(page?.code == .recordUnreachable)
    for bad in ["http://records.example", "records.example", "ftp://x"] {
      #expect(throws: Fault.self) { try HTTPSSink(bad, exchange: store) }
    }
  }
}
