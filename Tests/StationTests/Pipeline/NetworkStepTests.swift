import Foundation
import SerialFlasher
import Testing

@testable import Station

/// The network that a model's hubs are told over the line, from the passphrase file to the hub's storage.
@Suite("A network over the line")
struct NetworkStepTests {
  private static let passphrase = "kw7Qz-vortex-Umlauf-93"
  private static let told = Array("Show Room\n\(passphrase)\n".utf8)
  private let file = FileManager.default.temporaryDirectory.appending(path: "passphrase-\(UUID().uuidString)")

  private func write(_ text: String, mode: Int = 0o600) {
    _ = FileManager.default.createFile(
      atPath: file.path(), contents: Data(text.utf8), attributes: [.posixPermissions: mode])
  }

  private func floor(checks: [CheckDefinition] = []) async throws -> PipelineBench {
    write(Self.passphrase + "\n")
    return try await PipelineBench(
      checks: checks, network: .init(name: "showroom", ssid: "Show Room", passphrase: .file(file.path())))
  }

  private func steps(_ floor: PipelineBench) async throws -> [String] {
    try await floor.entries().compactMap { entry in
      switch entry {
      case .began(let step): "began \(step)"
      case .done(let evidence): "done \(evidence.step)"
      default: nil
      }
    }
  }

  @Test
  func `a hub is told after it has proved its identity and before it is checked; rows hold the name alone`()
    async throws
  {
    let floor = try await floor(checks: [CheckDefinition(name: "wifi", measure: "", expected: "ok")])
    let hub = PipelineBench.hub()
    hub.examine { $0.nature.checks = ["wifi": .says("ok")] }
    #expect(await floor.visit(hub).outcome == .passed)
    #expect(hub.examine { $0.storage.durableNetwork } == Self.told)
    let steps = try await steps(floor)
    let place = try #require(steps.firstIndex(of: "began network"))
    #expect(
      Array(steps[(place - 1)...(place + 2)]) == [
        "done verify", "began network", "done network", "done check",
      ])
    #expect(try await floor.entries().contains(.done(.networkSet("showroom"))))
    let id = try #require(try await floor.record()?.hub)
    for row in try await floor.ledger.rows(of: id) {
      let body = String(decoding: row.body, as: UTF8.self)
      #expect(!body.contains(Self.passphrase) && !body.contains("Show Room"), "\(body)")
    }
  }

  @Test func `a hub that is pulled out at any point is told in the end, and a finished one is left alone`()
    async throws
  {
    var told = 0
    for point in 1...60 {
      let floor = try await floor()
      let hub = PipelineBench.hub()
      hub.set(SimulatedHubFaults(unplugsAt: point))
      let first = await floor.visit(hub)
      hub.set(SimulatedHubFaults())
      #expect(await floor.visit(hub).outcome == .passed, "after point \(point)")
      #expect(hub.examine { $0.storage.durableNetwork } == Self.told, "after point \(point)")
      let times = hub.examine { $0.calls.count { $0 == "setNetwork" } }
      told = max(told, times)
      if first.outcome == .passed {
        #expect(times == 1, "point \(point): a finished hub is not told again")
        break
      }
    }
    #expect(told == 2, "no plug was ever pulled while a hub was told")
  }

  @Test
  func
    `a passphrase that cannot be used ends the attempt as the station's fault, names the key, and is mended`()
    async throws
  {
    let floor = try await floor()
    let hub = PipelineBench.hub()
    for (text, mode, cause) in [
      ("short-1\n", 0o600, "8 to 64"), (Self.passphrase, 0o644, "its file has mode 644"),
      ("", 0o600, "the first line of its file"),
    ] {
      try FileManager.default.removeItem(at: file)
      write(text, mode: mode)
      let conclusion = await floor.visit(hub)
      let fault = try #require(conclusion.fault)
      #expect(conclusion.outcome == .errored && fault.code == .settingsInvalid, "\(fault)")
      #expect(fault.values["key"] == "cloud.networks, showroom: passphrase")
      let line = Wording(fault).line
      #expect(line.contains(cause) && line.contains("cloud.networks, showroom"), "\(line)")
      #expect(!line.contains("short-1") && !line.contains(Self.passphrase))
      #expect(hub.examine { $0.storage.network } == nil)
    }
    try FileManager.default.removeItem(at: file)
    #expect(await floor.visit(hub).fault?.code == .settingsInvalid)
    write(Self.passphrase)
    #expect(await floor.visit(hub).outcome == .passed)
    #expect(hub.examine { $0.storage.durableNetwork } == Self.told)
    let made = try await floor.entries().count { if case .done(.certified) = $0 { true } else { false } }
    #expect(made == 1, "the identity that was delivered is kept")
  }

  @Test func `a hub that takes no network, or fails at it, is the bad one`() async throws {
    let floor = try await floor()
    let hub = PipelineBench.hub()
    hub.examine { $0.nature.takesNetworks = false }
    let refused = await floor.visit(hub)
    #expect(refused.outcome == .failed && refused.fault?.code == .hubUnsupported)
    hub.examine { $0.nature.takesNetworks = true }
    #expect(await floor.visit(hub).outcome == .passed)
  }
}
