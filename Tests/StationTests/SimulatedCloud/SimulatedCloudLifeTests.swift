import Foundation
import Testing

@testable import Station

@Suite("The simulated cloud's comings and goings")
struct SimulatedCloudLifeTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/simulated-cloud-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private static let provisioned = CloudChange.hubProvisioned(
    .init(
      id: SimulatedCloudVendorTests.hub, serial: "S", model: "M", thingName: SimulatedCloudVendorTests.hub,
      provisionedAt: Timestamp(milliseconds: 5)))

  @Test func `what was answered is there after a restart, keys included`() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = "\(folder)/cloud.jsonl"
    let first = try await SimulatedCloud.start(.init(seed: 7, stateFile: file))
    try await first.apply(SimulatedCloudVendorTests.thing(SimulatedCloudVendorTests.hub))
    let answer = try await SimulatedCloudVendorTests.ask("print(json.dumps(provision()))", of: first)
    #expect(answer["status"] as? Int == 201)
    let key = try await first.rotateKey()
    let before = await first.audit()
    await #expect(throws: SimulatedCloudError.stateBusy(path: file)) {
      try await SimulatedCloud.start(.init(stateFile: file))
    }
    await first.stop()
    // The file is let go with the cloud itself, which a task of its own may still hold for a moment: copy it, as a
    // process that died would have left it, with a torn line at its end.
    let copy = "\(folder)/copy.jsonl"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes.append(contentsOf: Array(#"{"hubSet":{"id":"x","#.utf8))
    try bytes.write(to: URL(fileURLWithPath: copy))
    let second = try await SimulatedCloud.start(.init(seed: 8, stateFile: copy))
    let after = await second.audit()
    #expect(after.units == before.units)
    #expect(after.units.first?.provisioned == 1)
    #expect(after.effects == before.effects)
    #expect(second.account.accessKeyID == first.account.accessKeyID)
    #expect(second.account.apiKey == key)
    await second.stop()
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `a state file of something else is refused by its line`() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("not a cloud\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/x"))
    await #expect(throws: SimulatedCloudError.stateUnreadable(path: "\(folder)/x", line: 1)) {
      try await SimulatedCloud.start(.init(stateFile: "\(folder)/x"))
    }
  }

  @Test func `it listens on loopback and on nothing else`() async throws {
    #expect(try LoopbackPort.number(in: "127.0.0.1:8099") == 8099)
    for bad in ["0.0.0.0:1", ":1", "8099", "localhost:1", "127.0.0.1:70000", "[::1]:1", "127.0.0.1:-1"] {
      #expect(throws: SimulatedCloudError.notLoopback(bad)) { try LoopbackPort.number(in: bad) }
    }
    let cloud = try await SimulatedCloud.start()
    let port = try #require(URL(string: cloud.baseURL)?.port)
    // /proc/net/tcp: address and port in hex, state 0A is LISTEN.
    let suffix = ":" + String(port, radix: 16, uppercase: true)
    var listeners: [String] = []
    for line in try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 3, fields[3] == "0A", fields[1].hasSuffix(suffix) else { continue }
      listeners.append(String(fields[1].prefix(8)))
    }
    #expect(listeners == ["0100007F"])
    await cloud.stop()
  }

  /// Keeps one connection open, in the middle of a request, and reports what becomes of it and of a new one.
  private static let offline = """
    import json, os, socket, time, urllib.parse, urllib.request
    u = urllib.parse.urlparse(os.environ['CLOUD'])
    def attempt():
        try:
            s = socket.create_connection((u.hostname, u.port), 5); s.close(); return 'accepted'
        except ConnectionRefusedError: return 'refused'
    held = [socket.create_connection((u.hostname, u.port), 5) for _ in range(2)]
    held[0].sendall(b'GET /hubs/x/status HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'); answered = held[0].recv(12)
    held[1].sendall(b'GET /hubs/x/st')
    request = urllib.request.Request(os.environ['CLOUD'] + '/_simulated/offline', data=b'{"seconds": 2}')
    accepted = urllib.request.urlopen(request, timeout=5).status
    def ended(s):
        s.settimeout(1.5)
        try:
            while s.recv(4096): pass
            return True
        except TimeoutError: return False
        except OSError: return True
    ends = [ended(s) for s in held]
    during = attempt()
    deadline = time.monotonic() + 20
    while attempt() != 'accepted' and time.monotonic() < deadline: time.sleep(0.05)
    print(json.dumps({'answered': answered.decode(), 'accepted': accepted, 'ends': ends, 'during': during, 'after': attempt()}))
    """

  @Test func `offline, it refuses connections and cuts those that are open, and comes back on its port`()
    async throws
  {
    let cloud = try await SimulatedCloud.start()
    let answer = try await ForeignClient(environment: ["CLOUD": cloud.baseURL]).call(Self.offline)
    #expect(answer["answered"] as? String == "HTTP/1.1 401")
    #expect(answer["accepted"] as? Int == 202)
    #expect(answer["ends"] as? [Bool] == [true, true])
    #expect(answer["during"] as? String == "refused")
    #expect(answer["after"] as? String == "accepted")
    try await cloud.goOffline()
    try await cloud.goOffline()
    #expect(await cloud.isOnline == false)
    try await cloud.goOnline()
    try await cloud.goOnline()
    #expect(await cloud.isOnline)
    await cloud.stop()
  }

  @Test func `an answer that is on its way when it goes offline does not come`() async throws {
    let cloud = try await SimulatedCloud.start()
    try await cloud.apply(SimulatedCloudVendorTests.thing(SimulatedCloudVendorTests.hub))
    await cloud.setFaults(
      CloudFaultPlan(seed: 1, rules: [.init(.late(milliseconds: 20_000), on: .provisionHub)]))
    async let fate = SimulatedCloudVendorTests.ask(
      """
      try: print(json.dumps({'fate': str(provision()['status'])}))
      except Exception as e: print(json.dumps({'fate': type(e).__name__}))
      """, of: cloud)
    // It has had its effect; the answer waits.
    try await eventually("the call has its effect") { await cloud.audit().effects["ProvisionHub"] != nil }
    try await cloud.goOffline()
    let met = try await fate["fate"] as? String
    #expect(["RemoteDisconnected", "ConnectionResetError"].contains(met), "\(met ?? "nothing")")
    await cloud.stop()
  }

  @Test func `faults strike as planned, before or after the effect`() async throws {
    let cloud = try await SimulatedCloud.start()
    try await cloud.apply(SimulatedCloudVendorTests.thing(SimulatedCloudVendorTests.hub))
    let script = """
      def fate():
          try: return str(provision()['status'])
          except json.JSONDecodeError: return 'not json'
          except Exception as e: return type(e).__name__
      print(json.dumps({'fate': fate()}))
      """
    func fate(_ fault: CloudFault) async throws -> String? {
      await cloud.setFaults(
        CloudFaultPlan(seed: 1, rules: [.init(fault, on: .provisionHub, times: 1)]))
      return try await SimulatedCloudVendorTests.ask(script, of: cloud)["fate"] as? String
    }
    #expect(try await fate(.droppedBefore) == "RemoteDisconnected")
    #expect(try await fate(.failed(status: 503)) == "503")
    #expect(try await fate(.tooMany(retryAfter: 3)) == "429")
    #expect(try await fate(.throttled) == "429")
    #expect(try await fate(.refused) == "401")
    #expect(try await fate(.page) == "not json")
    #expect(await cloud.audit().effects["ProvisionHub"] == nil)
    #expect(try await fate(.droppedAfter) == "RemoteDisconnected")
    #expect(await cloud.audit().effects["ProvisionHub"] == 1)
    #expect(try await fate(.truncated) == "not json")
    #expect(try await fate(.late(milliseconds: 20)) == "200")
    #expect(await cloud.audit().effects["ProvisionHub"] == 1)
    await cloud.stop()
  }

  @Test func `a plan of faults gives the same faults from the same seed`() {
    let rules: [CloudFaultPlan.Rule] = [
      .init(.throttled, perMille: 300), .init(.droppedAfter, perMille: 200),
    ]
    func course(_ seed: UInt64) -> [CloudFault?] {
      var course = CloudFaultPlan.Course(.init(seed: seed, rules: rules))
      return (0..<200).map { _ in course.next(for: .createThing) }
    }
    #expect(course(3) == course(3))
    #expect(course(3) != course(4))
    let struck = course(3).compactMap { $0 }
    #expect((60...120).contains(struck.count))
  }

  @Test func `the keys are written for their owner alone`() async throws {
    let folder = try folder() + "/keys"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cloud = try await SimulatedCloud.start(.init(startsOffline: true))
    let files = try await cloud.writeCredentials(to: folder)
    for path in [files.awsCredentials, files.awsConfig, files.apiKey, files.bearer] {
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
    #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
    #expect(try String(contentsOfFile: files.apiKey, encoding: .utf8) == cloud.account.apiKey + "\n")
    await cloud.stop()
  }
}
