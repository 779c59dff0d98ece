import Foundation
import Testing

@testable import Station

/// What a model's finished hubs are asked through the cloud: from the settings to the outbox.
@Suite("Cloud checks of a model")
struct CloudCheckTests {
  @Test func `they are owed with the pass, behind the registration and before the claim`() async throws {
    let floor = try await PipelineBench(workOrders: true)
    var bench = floor.bench
    bench.models[0].cloudChecks = [
      CloudCheck(command: CloudCheck.online, seconds: 30, values: []),
      CloudCheck(
        command: "server_info", seconds: 20, values: [.init(name: "schema", path: "schema_version", low: 9)]),
    ]
    let ledger = floor.ledger
    bench.customer = { (batch) async throws(Fault) in try await ledger.batch(batch).batch.customer }
    var batch = Batch(
      id: try #require(BatchID("WO-1")), model: bench.models[0].id, vendor: "Example", planned: 5)
    batch.customer = .sample
    _ = try await BatchDesk(ledger: ledger, actor: "clerk").open(batch, reason: nil)
    let hub = PipelineBench.hub()
    #expect(await floor.visit(hub, by: Runner(journal: ledger, bench: bench)).outcome == .passed)
    let owed = try await floor.entries().compactMap { entry -> Effect? in
      if case .owed(let intent) = entry { intent.effect } else { nil }
    }
    #expect(
      owed.map(\.kind).suffix(5)
        == [.provisionHub, .confirmHub, .checkHub, .checkHub, .claimHub], "\(owed.map(\.kind))")
    guard case .checkHub(_, let check) = owed[owed.count - 2],
      case .claimHub(_, let customer) = owed[owed.count - 1]
    else { throw Fault(.ledgerCorrupt) }
    #expect(check == bench.models[0].cloudChecks[1] && customer == .sample)
  }

  @Test func `the settings' example has them, and each wrong word is named`() throws {
    let text = SettingsExample.text
    let checks = try #require(try Settings.read(text: text, file: "s.yaml").models.first).cloudChecks
    #expect(checks.map(\.command) == ["online", "server_info", "get_nodes"])
    #expect(
      checks[1].seconds == 30 && checks[1].values == [.init(name: "schema", path: "schema_version", low: 9)])
    for (from, to, key) in [
      ("- command: online", "- command: on line", "models[1].cloud-checks[1].command"),
      ("- command: online", "- command: online\n        within: 3s", "models[1].cloud-checks[1].command"),
      ("- command: get_nodes", "- command: set_wifi_credentials", "models[1].cloud-checks[3].command"),
      ("within: 30s", "within: 6m", "models[1].cloud-checks[2].within"),
      ("path: schema_version", "path: schema version", "models[1].cloud-checks[2].values[1].path"),
      ("            low: 9\n", "", "models[1].cloud-checks[2].values[1].expected"),
    ] {
      let range = try #require(text.range(of: from))
      let found = #expect(throws: SettingsProblems.self) {
        try Settings.read(text: text.replacingCharacters(in: range, with: to), file: "s.yaml")
      }
      #expect(found?.problems.map(\.key) == [key], "\(to): \(found?.problems.map(\.text) ?? [])")
    }
  }
}
