import Foundation
import Synchronization
import Testing

@testable import Station

@Suite("Asking a hub through the cloud", .serialized)
struct HubCommandTests {
  private static func command(_ word: String, network: String? = nil) -> HubCommand {
    HubCommand(command: word, network: network, seconds: 10)
  }

  @Test func `the answer comes back through the shadow`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send([.sendHubCommand(unit, Self.command("server_info"))])
      #expect(ended.map(\.state) == [.settled])
      #expect(ended[0].evidence?.values["answer"]?.contains("\"schema_version\":11") == true)
      let refused = try await bench.send([.sendHubCommand(unit, Self.command("open_sesame"))])
      #expect(refused.map(\.state) == [.parked] && refused[0].fault?.code == .hubCommandRefused)
      #expect(refused[0].fault?.values["message"]?.contains("open_sesame") == true)
    }
  }

  @Test func `an older answer is not taken for a new one, even of the same second`() throws {
    let asked = Mutex(0)
    let bench = try VendorBench(hubAnswers: { _, _ in
      asked.withLock { count in
        count += 1
        return count == 1 ? ["result": "old"] : nil
      }
    })
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send(
        [.sendHubCommand(unit, Self.command("a")), .sendHubCommand(unit, Self.command("b"))])
      #expect(ended[0].evidence?.values["answer"] == "\"old\"")
      #expect(ended[1].state == .sending && ended[1].fault?.code == .hubUnanswered)
      #expect(try bench.unit(unit.hub)?.onHold == false)
    }
  }

  /// Two questions at once could not be told apart: answers carry no id.
  @Test func `one command at a time goes to a hub, and another hub does not wait for it`() throws {
    let asked = Mutex<[(word: String, at: Duration)]>([])
    let clock = Mutex<ManualClock?>(nil)
    let bench = try VendorBench(hubAnswers: { word, _ in
      asked.withLock { $0.append((word, clock.withLock { $0 }?.uptime() ?? .zero)) }
      // Deaf when it is asked first.
      let isDeaf = word == "dumb" && asked.withLock { $0.count { $0.word == "dumb" } } == 1
      return isDeaf ? nil : ["result": .text(word)]
    })
    clock.withLock { $0 = bench.clock }
    try bench.play { bench in
      let (one, two) = (try await bench.registered(1), try await bench.registered(2))
      _ = try await bench.send(
        [
          .sendHubCommand(one, Self.command("dumb")), .sendHubCommand(one, Self.command("second")),
          .sendHubCommand(two, Self.command("other")),
        ], within: .seconds(7_200))
    }
    let (words, times) = asked.withLock { ($0.map(\.word), $0.map(\.at)) }
    #expect(
      words.filter { $0 != "other" } == ["dumb", "dumb", "second"], "asked while it could still answer")
    let (dumb, other) = try (#require(words.firstIndex(of: "dumb")), #require(words.firstIndex(of: "other")))
    #expect(times[other] - times[dumb] < .seconds(5), "another hub has waited")
    #expect(try bench.entries().map(\.state) == [.settled, .settled, .settled])
  }

  @Test func `a hub that is not connected is waited for`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      try await bench.desk.apply(.hubPlugged(id: unit.hub.text, false))
      let online = Effect.checkHub(
        unit, CloudCheck(command: CloudCheck.online, seconds: 5, values: []))
      let waiting = try await bench.send([online])
      #expect(waiting.map { $0.fault?.code } == [.hubOffline])
      _ = try await bench.owing.owe(
        [.sendHubCommand(unit, Self.command("server_info"))], actor: "tester")
      try await bench.desk.apply(.hubPlugged(id: unit.hub.text, true))
      try await bench.life { _ in
        try await bench.wait(.seconds(3_600)) { try bench.entries().allSatisfy { $0.state == .settled } }
      }
    }
  }

  @Test func `a value outside of what is expected parks the check and holds the unit`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let (one, two) = (try await bench.registered(1), try await bench.registered(2))
      func check(_ low: Double) -> CloudCheck {
        CloudCheck(
          command: "server_info", seconds: 10,
          values: [
            .init(name: "schema", path: "schema_version", low: low),
            .init(name: "sdk", path: "sdk_version", expected: "2024.11.4"),
          ])
      }
      let good = try await bench.send([.checkHub(one, check(9))])
      #expect(good.map(\.state) == [.settled] && good[0].evidence?.values["schema"] == "11")
      let bad = try await bench.send([.checkHub(two, check(12))])
      #expect(bad.map(\.state) == [.parked] && bad[0].fault?.values["actual"] == "11")
      #expect(try bench.unit(two.hub)?.hold?.code == .cloudCheckOutside)
    }
  }

  @Test func `a passphrase is read when it is sent, and stands nowhere but in the shadow`() throws {
    let secret = "correct horse 7391"
    let file = FileManager.default.temporaryDirectory.appending(path: "passphrase-\(UUID().uuidString)")
    #expect(
      FileManager.default.createFile(
        atPath: file.path(), contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600]))
    defer { try? FileManager.default.removeItem(at: file) }
    let bench = try VendorBench {
      $0.networks = [.init(name: "showroom", ssid: "Show Room", passphrase: .file(file.path()))]
    }
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send(
        [.sendHubCommand(unit, Self.command("set_wifi_credentials", network: "showroom"))])
      #expect(ended.map(\.state) == [.settled])
      let desired = await bench.cloud.shadows[unit.thing]?.desired
      #expect(desired?["args"]?["credentials"] == .text(secret) && desired?["args"]?["ssid"] == "Show Room")
      for row in try bench.rows() {
        #expect(!String(decoding: row.body, as: UTF8.self).contains("horse"))
      }
      let other = try await bench.send(
        [.sendHubCommand(unit, Self.command("set_wifi_credentials", network: "cellar"))])
      #expect(other.map(\.state) == [.parked] && other[0].fault?.values["field"] == "network")
    }
  }

  @Test func `lost answers of either cloud are asked again`() throws {
    for (fault, operation) in [
      (CloudFault.droppedBefore, CloudOperation.sendHubCommand), (.droppedAfter, .sendHubCommand),
      (.droppedBefore, .getThingShadow), (.failed(status: 500), .sendHubCommand),
    ] {
      let bench = try VendorBench()
      try bench.play { bench in
        let unit = try await bench.registered()
        await bench.strike(fault, on: operation)
        let ended = try await bench.send([.sendHubCommand(unit, Self.command("get_nodes"))])
        #expect(ended.map(\.state) == [.settled], "\(fault) \(operation)")
        #expect(ended[0].evidence?.values["answer"] == "[]")
      }
    }
  }

  @Test func `a hub that reports without a pause is not asked, and does not hold its place for ever`() throws
  {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let second = JSONValue.integer(bench.clock.now().milliseconds / 1000)
      let body: JSONValue = [
        "state": ["reported": [CloudState.answerPath: ["result": "chatter"]]],
        "metadata": ["reported": [CloudState.answerPath: ["result": ["timestamp": second]]]],
        "timestamp": second,
      ]
      bench.exchange.answer(
        "/shadow", with: HTTPAnswer(status: 200, headers: [], body: body.bytes), times: 15)
      let began = bench.clock.uptime()
      let ended = try await bench.send([.sendHubCommand(unit, Self.command("server_info"))])
      #expect(ended.map { $0.fault?.code } == [.hubUnanswered])
      #expect(bench.exchange.count("POST", "/SendHubCommand") == 0)
      #expect((10...12).contains((bench.clock.uptime() - began).components.seconds))
      // It has come to rest.
      try await bench.life { _ in
        try await bench.wait(.seconds(3_600)) { try bench.entries().allSatisfy { $0.state == .settled } }
      }
      #expect(bench.exchange.count("POST", "/SendHubCommand") == 1)
    }
  }

  @Test func `a station that may not read shadows goes on with all else`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      await bench.strike(.refused, on: .getThingShadow, times: nil)
      _ = try await bench.owing.owe([.sendHubCommand(unit, Self.command("get_nodes"))], actor: "qa")
      try await bench.life { courier in
        try await bench.wait { try await courier.status().lanes[.hubs]?.word == .stopped }
        #expect(try await courier.status().lanes[.aws]?.word == .open)
        #expect(try await courier.status().lanes[.vendor]?.word == .open)
      }
    }
  }
}
