import CertForge
import Foundation
import HubDriverContract
import SerialFlasher
import Testing

@testable import Station

/// An in-process hub as the contract of every driver wants to see it.
struct InProcessContractHub: ContractHub {
  let hub: SimulatedHub

  init(_ nature: SimulatedHub.Nature? = nil, seed: UInt64 = 0) {
    var standard = SimulatedHub.Nature(serial: "SPK00000001", mac: "02:00:5e:10:00:01")
    standard.checks = ["echo": .says("all well"), "broken": .fails(status: 3)]
    hub = SimulatedHub(nature ?? standard, seed: seed)
  }

  func converse() async throws -> any HubDriver {
    // The station's death leaves the hub plugged in.
    InProcessHub(hub: hub, plug: hub.examine { $0.isPlugged ? $0.plugs : nil } ?? hub.plug())
  }

  var facts: HubFacts {
    hub.examine {
      HubFacts(
        serial: $0.nature.serial, model: $0.nature.model, mac: $0.nature.mac,
        firmwareVersion: $0.nature.firmware)
    }
  }

  func live(_ path: String) async throws -> [UInt8]? { hub.live(path) }

  func network() async throws -> [UInt8]? { hub.examine { $0.storage.network } }
}

@Suite("Simulated hubs in this process")
struct SimulatedHubTests {
  private static let old = ["private.key": "old key", "certificate.pem": "old certificate"]
  private static let new = ["private.key": "new key", "certificate.pem": "new certificate"]

  private static func files(_ texts: [String: String]) -> [HubFile] {
    texts.sorted { $0.key < $1.key }.map {
      HubFile(path: $0.key, mode: 0o600, content: .plain(Array($0.value.utf8)))
    }
  }

  private static func deliver(_ texts: [String: String], to driver: any HubDriver) async throws(HubError) {
    try await driver.discardStaged(includingKey: true)
    try await driver.stage(files(texts)) { _, _ in }
    try await driver.activateStaged()
  }

  private static func held(_ hub: SimulatedHub) -> [String: String]? {
    hub.examine { $0.storage.live?.mapValues { String(decoding: $0.bytes, as: UTF8.self) } }
  }

  @Test(arguments: HubDriverContract.rules)
  func `an in-process hub keeps`(rule: ContractRule) async throws {
    try await rule.check(InProcessContractHub())
  }

  @Test func `a plug pulled at any point leaves the old identity or the new one, whole`() async throws {
    var (ends, points): (Set<[String: String]>, Int) = ([], 0)
    for seed in 0..<20 as Range<UInt64> {
      for point in 1...100 {
        let hub = SimulatedHub(.init(serial: "SPK00000001"), seed: seed)
        try await Self.deliver(Self.old, to: InProcessHub(hub: hub, plug: hub.plug()))
        hub.set(SimulatedHubFaults(unplugsAt: point, powerLoss: seed == 0 ? .losesAll : .tears))
        let driver = InProcessHub(hub: hub, plug: hub.examine { $0.plugs })
        do throws(HubError) {
          try await Self.deliver(Self.new, to: driver)
          // Past the last point: what was delivered survives the plug.
          points = point - 1
          hub.unplug()
          #expect(Self.held(hub) == Self.new)
          break
        } catch {
          #expect(error == .line(.unplugged(device: "simulated:SPK00000001")))
        }
        let left = try #require(Self.held(hub))
        #expect(left == Self.old || left == Self.new, "seed \(seed), point \(point): \(left)")
        ends.insert(left)
        // Plugged in again, a new conversation ends it.
        hub.set(SimulatedHubFaults())
        try await Self.deliver(Self.new, to: InProcessHub(hub: hub, plug: hub.plug()))
        #expect(Self.held(hub) == Self.new)
      }
    }
    #expect(ends == [Self.old, Self.new])
    #expect(points > 10)
  }

  @Test func `a hub that only says it has synced loses or tears what it was given`() async throws {
    var ends: Set<[String: String]> = []
    for seed in 0..<40 as Range<UInt64> {
      let hub = SimulatedHub(.init(serial: "SPK00000001"), seed: seed)
      try await Self.deliver(Self.old, to: InProcessHub(hub: hub, plug: hub.plug()))
      hub.set(SimulatedHubFaults(ignoresSync: true, powerLoss: .tears))
      let driver = InProcessHub(hub: hub, plug: hub.examine { $0.plugs })
      try await Self.deliver(Self.new, to: driver)
      #expect(Self.held(hub) == Self.new)
      hub.unplug()
      ends.insert(try #require(Self.held(hub)))
    }
    #expect(ends.contains(Self.old))
    #expect(ends.contains { $0 != Self.old && $0 != Self.new }, "nothing was ever torn")
  }

  @Test func `a conversation ends with the plug, also when the hub is plugged in again`() async throws {
    let hub = SimulatedHub(.init(serial: "SPK00000001"))
    let driver = InProcessHub(hub: hub, plug: hub.plug())
    _ = try await driver.identify()
    hub.unplug()
    hub.plug()
    await #expect(throws: HubError.line(.unplugged(device: "simulated:SPK00000001"))) {
      try await driver.identify()
    }
    _ = try await InProcessHub(hub: hub, plug: hub.examine { $0.plugs }).identify()
  }

  @Test func `every fault shows itself as the station will meet it`() async throws {
    let hub = SimulatedHub(.init(serial: "SPK00000001"))
    let driver = InProcessHub(hub: hub, plug: hub.plug())
    func meets(_ faults: SimulatedHubFaults) async -> HubError? {
      hub.set(faults)
      do throws(HubError) { try await Self.deliver(Self.new, to: driver) } catch { return error }
      return nil
    }
    #expect(await meets(.init(isSilent: true)) == .silent(waitingFor: "discardStaged", heard: 0))
    #expect(await meets(.init(isGarbled: true)) == .garbled(waitingFor: "discardStaged", excerpt: "<??&Z0~"))
    #expect(await meets(.init(room: 20)) == .storageFull(path: "private.key"))
    #expect(
      await meets(.init(refusesStorage: true))
        == .storageRefused(path: "certificate.pem", excerpt: "Read-only file system"))
    #expect(await meets(.init(corruptsFile: "private.key")) == nil)
    #expect(
      try await driver.digests(of: ["private.key", "certificate.pem"])
        == [
          "private.key": Digest.sha256Hex(Array("yek wen".utf8)),
          "certificate.pem": Digest.sha256Hex(Array("new certificate".utf8)),
        ])
    hub.set(.init(claimedSerial: "SPK99999999"))
    #expect(try await driver.identify().serial == "SPK99999999")
  }

  @Test func `a proof by another key does not fit the certificate`() async throws {
    let contract = InProcessContractHub()
    let driver = try await contract.converse()
    let request = try SigningRequest(
      pem: try await driver.stagedKeyRequest(commonName: "hub", serialNumber: "1"))
    try await driver.activateStaged()
    let honest = try await driver.prove([1, 2, 3])
    #expect(request.publicKey.verify(signature: honest, of: [1, 2, 3]))
    contract.hub.set(.init(provesWithAnotherKey: true))
    let other = try await driver.prove([1, 2, 3])
    #expect(!request.publicKey.verify(signature: other, of: [1, 2, 3]))
  }

  @Test func `a population comes again from its seed, and no two of it are alike`() {
    let first = HubPopulation(count: 300, seed: 5)
    #expect(first == HubPopulation(count: 300, seed: 5))
    #expect(first != HubPopulation(count: 300, seed: 6))
    #expect(first.members.first?.nature.serial == "SPK00000001")
    #expect(Set(first.members.map(\.nature.serial)).count == 300)
    #expect(Set(first.members.map(\.nature.mac)).count == 300)
    let shells = first.members.filter { if case .shell = $0.kind { true } else { false } }.count
    #expect((40...110).contains(shells))
    #expect(
      HubPopulation(count: 9, seed: 1, shellsPerHundred: 0).members.allSatisfy { $0.kind == .inProcess })
  }
}
