import Foundation
import Testing

@testable import Station

/// python's own HTTP client against the simulated vendor's API.
@Suite("Simulated vendor API")
struct SimulatedCloudVendorTests {
  static let hub = "90799d3e-b623-5a59-b2aa-e7df099f5daa"

  static let prelude = """
    import json, os, urllib.request, urllib.error
    hub = '\(hub)'
    def call(method, path, body=None, **headers):
        key = {'X-API-Key': os.environ['API_KEY']} if not headers else {k.replace('_', '-'): v for k, v in headers.items()}
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(os.environ['CLOUD'] + path, method=method, data=data,
            headers={'Content-Type': 'application/json', **key})
        try:
            with urllib.request.urlopen(request, timeout=10) as r: status, text = r.status, r.read()
        except urllib.error.HTTPError as e: status, text = e.code, e.read()
        return {'status': status, 'body': json.loads(text)}
    def provision(path=hub, **more):
        return call('POST', '/hubs/%s/ProvisionHub' % path, {'hubId': hub, 'serial': 'SPK1', 'model': 'HUB-2', **more})

    """

  static func ask(_ script: String, of cloud: SimulatedCloud) async throws -> [String: Any] {
    try await ForeignClient(environment: [
      "CLOUD": cloud.baseURL, "API_KEY": cloud.account.apiKey, "BEARER": cloud.account.bearer,
    ]).call(prelude + script)
  }

  static func thing(_ name: String) -> CloudChange {
    .thingCreated(.init(name: name, id: "id", attributes: [:]))
  }

  @Test func `a hub is provisioned once, however often it is asked for`() async throws {
    let cloud = try await SimulatedCloud.start()
    try await cloud.apply(Self.thing(Self.hub))
    let answer = try await Self.ask(
      """
      unknown = call('GET', '/hubs/%s/status' % hub)
      first = provision(vendorName='ACME'); second = provision(); third = provision(serial='OTHER')
      print(json.dumps({'unknown': unknown, 'first': first, 'second': second, 'third': third,
        'status': call('GET', '/hubs/%s/status' % hub)}))
      """, of: cloud)
    let first = try #require(answer["first"] as? [String: Any])
    let event = try #require((first["body"] as? [String: Any])?["event"] as? [String: Any])
    #expect(first["status"] as? Int == 201)
    #expect(event["type"] as? String == "HubProvisioned")
    let data = try #require(event["data"] as? [String: Any])
    #expect(data["thingName"] as? String == Self.hub)
    #expect(data["vendorName"] as? String == "ACME")
    #expect((data["provisionedAt"] as? Double ?? 0) > 1_000_000_000_000)
    for name in ["second", "third"] {
      let repeated = try #require(answer[name] as? [String: Any])
      #expect(repeated["status"] as? Int == 200)
      #expect((repeated["body"] as? [String: Any])?["event"] is NSNull)
    }
    let status = try #require((answer["status"] as? [String: Any])?["body"] as? [String: Any])
    #expect(status["serial"] as? String == "SPK1")
    #expect(status["model"] as? String == "HUB-2")
    #expect(status["status"] as? String == "Provisioned")
    let unknown = try #require(answer["unknown"] as? [String: Any])
    #expect(unknown["status"] as? Int == 404)
    let errors = (unknown["body"] as? [String: Any])?["errors"] as? [[String: Any]]
    #expect(errors?.first?["message"] as? String == "Hub not found")
    let audit = await cloud.audit()
    #expect(audit.units.first?.provisioned == 1)
    #expect(audit.effects["ProvisionHub"] == 1)
    #expect(audit.calls["ProvisionHub"] == 3)
    await cloud.stop()
  }

  @Test func `what the contract refuses is refused in its own shape`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await Self.ask(
      """
      p = '/hubs/%s/ProvisionHub' % hub
      good = {'hubId': hub, 'serial': 'S', 'model': 'M'}
      k = os.environ['API_KEY']; b = 'Bearer ' + os.environ['BEARER']
      print(json.dumps({
        'thing': call('POST', p, good), 'path': provision(path='other'), 'json': call('POST', p, b'{'),
        'noserial': call('POST', p, {'hubId': hub, 'model': 'M'}), 'empty': provision(serial=''),
        'number': provision(serial=7), 'uuid': provision(path='x', hubId='x'), 'null': provision(model=None),
        'nokey': call('POST', p, good, Accept='x'), 'wrongkey': call('POST', p, good, X_API_Key='no'),
        'wrongbearer': call('POST', p, good, Authorization='Bearer no', X_API_Key=k),
        'wrongget': call('GET', '/hubs/%s/status' % hub, X_API_Key='no'),
        'org': call('POST', p, good, X_API_Key=k, X_Org_Id='o'), 'user': call('POST', p, good, X_API_Key=k, X_User_Id='u'),
        'bearer': call('GET', '/hubs/%s/status' % hub, Authorization=b),
        'both': call('GET', '/hubs/%s/status' % hub, Authorization=b, X_API_Key=k)}))
      """, of: cloud)
    for (name, status) in [
      "thing": 400, "path": 400, "json": 400, "noserial": 400, "empty": 400, "number": 400, "uuid": 400,
      "null": 400, "nokey": 401, "wrongkey": 401, "wrongbearer": 401, "org": 400, "user": 400,
    ] {
      let entry = try #require(answer[name] as? [String: Any])
      #expect(entry["status"] as? Int == status, "\(name)")
      let body = try #require(entry["body"] as? [String: Any])
      #expect(Set(body.keys) == ["success", "error", "message"], "\(name)")
      #expect(body["success"] as? Bool == false)
    }
    #expect((answer["wrongget"] as? [String: Any])?["status"] as? Int == 401)
    #expect((answer["bearer"] as? [String: Any])?["status"] as? Int == 404)
    #expect((answer["both"] as? [String: Any])?["status"] as? Int == 404)
    #expect(await cloud.audit().effects.isEmpty)
    await cloud.stop()
  }

  @Test func `a rotated key is dead at once and a suspended hub says so`() async throws {
    let cloud = try await SimulatedCloud.start()
    try await cloud.apply(Self.thing(Self.hub))
    let before = try await Self.ask("print(json.dumps(provision()))", of: cloud)
    #expect(before["status"] as? Int == 201)
    try await cloud.apply(.hubSet(id: Self.hub, status: "Suspended"))
    let status = try await Self.ask("print(json.dumps(call('GET', '/hubs/%s/status' % hub)))", of: cloud)
    #expect((status["body"] as? [String: Any])?["status"] as? String == "Suspended")
    let key = try await cloud.rotateKey()
    #expect(try await Self.ask("print(json.dumps(provision()))", of: cloud)["status"] as? Int == 401)
    let after = try await Self.ask(
      "os.environ['API_KEY'] = '\(key)'\nprint(json.dumps(provision()))", of: cloud)
    #expect(after["status"] as? Int == 200)
    await cloud.stop()
  }
}
