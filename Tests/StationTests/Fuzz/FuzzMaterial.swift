import CertForge
import Foundation

@testable import Station

/// Good inputs that have to be made: the journal of a hub that went through, its certificate and its request, and a seal
/// over all of it.
struct FuzzMaterial: Sendable {
  /// Of one hub.
  var rows: [JournalRow]
  /// All of them.
  var journal: [JournalRow]
  var hub: HubID
  var certificate: Certificate
  var authority: Certificate
  var request: SigningRequest
  var seal: FuzzSeal

  static func make() async throws -> FuzzMaterial {
    let floor = try await PipelineBench(key: .hub)
    let hub = PipelineBench.hub()
    _ = await floor.visit(hub)
    _ = await floor.visit(PipelineBench.hub(mac: "02:00:5e:00:00:02"))
    guard let record = try await floor.record(), let certificate = try PipelineBench.certificate(on: hub)
    else {
      throw FuzzTarget.Violation(description: "no hub to take samples from")
    }
    let rows = try await floor.ledger.rows(of: record.hub)
    let request = try rows.compactMap { row -> SigningRequest? in
      guard case .done(.forged(let forged)) = try row.entry() else { return nil }
      return try SigningRequest(der: [UInt8](forged.request))
    }.first
    guard let request else { throw FuzzTarget.Violation(description: "no request among the rows") }
    let journal = try await floor.ledger.rows(after: 0, limit: 10_000)
    return FuzzMaterial(
      rows: rows, journal: journal, hub: record.hub, certificate: certificate,
      authority: floor.authority.certificate, request: request, seal: try FuzzSeal(journal))
  }
}
