import Foundation

@testable import Station

/// Rows of the kinds that a hub on the bench does not write.
extension FuzzMaterial {
  static let batch = "WO-17"
  static let campaign = "RC-1"

  /// What the others need: a batch, a campaign, a lock in the hub's box and one in none.
  func groundwork() throws -> [JournalEntry] {
    let slots = [SlotName("A1"), SlotName("A2")].compactMap(\.self)
    guard let id = BatchID(Self.batch), let campaign = CampaignID(Self.campaign) else { return [] }
    let batch = Batch(
      id: id, model: "HUB-2", vendor: "Example", planned: 500, over: 5,
      range: try SerialRange(
        from: SerialNumber(normalised: "SPK00000001"), to: SerialNumber(normalised: "SPK00000900")),
      firmware: "1.2.3", customer: .sample, slots: slots)
    let locks = [1201, 1202].map { number in
      JournalEntry.owed(OutboxIntent(entry: "lock-\(number)", effect: .createLock(.sample(number))))
    }
    return [
      .batchOpened(BatchOpening(batch: batch, reason: "r")),
      .campaignOpened(Campaign(id: campaign, act: .recall, reason: "r", question: "q", units: 1)),
      .campaignListed(CampaignUnits(campaign: campaign, hubs: [hub])),
    ] + locks + [.packed(lock: 1201)]
  }

  func entries() throws -> [JournalEntry] {
    guard let id = BatchID(Self.batch), let campaign = CampaignID(Self.campaign) else { return [] }
    let fault = Fault(.checkOutside, ["check": "led", "value": "7"])
    let serial = SerialNumber(normalised: "SPK00000001")
    let hash = String(repeating: "ab", count: 32)
    let result = CheckResult(
      name: "supply", text: "3.31", value: 3.31, measure: "V", low: 3.2, high: 3.4, passed: true)
    let unit = UnitIdentity.sample(hub)
    return try groundwork().filter { $0 != .packed(lock: 1201) && $0.outboxEntry == nil } + [
      .batchListed(BatchSerials(batch: id, model: "HUB-2", serials: [serial])),
      .batchChanged(BatchChange(batch: id, over: 7, slots: nil, reason: "r")),
      .batchClosed(BatchClosing(batch: id, reason: "r", passed: 1, scrapped: 0)),
      .exported(
        ExportEvent(
          batch: Self.batch, revision: 1, position: 12, profile: ExportProfile.shipped[0], rows: 1,
          manifest: hash, unregistered: .init(count: 1, reason: "r", actor: "anna"))),
      .badgeScanned(BadgeScan(badge: "4711", before: "anna")),
      .disposed(
        UnitDisposal(
          act: .ship, from: .released, to: .shipped, reason: "r", unregistered: true, campaign: campaign)),
      .adoption(UnitAdoption(certificate: hash, reason: "r")),
      .corrected(
        UnitCorrection(row: 7, field: .disposition, old: "shipped", new: "released", reason: "r")),
      .campaignResult(CampaignResult(campaign: campaign, act: .recall, fault: fault)),
      .campaignEnded(CampaignEnd(campaign: campaign, done: 1, refused: 0)),
      .packed(lock: 1202), .unpacked(lock: 1201),
      .ledgerRestored(
        LedgerRestoration(
          backup: "b", backupRow: 1, backupHead: hash, fromLedger: 2, fromRecord: 3, lost: 4,
          newestLost: Timestamp(milliseconds: 0), knownUnits: 1, kept: "k")),
      .merged(
        LedgerMerging(sources: [
          .init(
            name: "n", station: "line-1", rows: 7, head: hash, checkpoint: "c", key: "k", sealed: 5,
            leftOut: 2, isCopy: false)
        ])),
      .sealed(seal.body),
      .recovered(
        LostUnit(serial: serial, model: "HUB-2", mac: nil, certificates: [hash], passed: true)),
      .parked(entry: "lock-1201", Fault(.thingConflict, ["thing": "x"])),
      .released(entry: "lock-1201", reason: "r"), .resent(entry: "lock-1201", reason: "r"),
      .givenUp(entry: "lock-1202", reason: "r"), .delayed(entry: "lock-1201", fault),
      .settled(entry: "lock-1201", EffectEvidence(wasThere: false, httpStatus: 200, values: ["a": "b"])),
      .restarted(revoking: [hash]), .held(Fault(.serialDuplicate)), .freed(reason: "r"),
      .stationStopped(reason: "r"), .done(.checked([result])), .failed(.check, fault),
      .done(.networkSet("shop")), .done(.flashed(version: "2.0")), .done(.labelled(raster: hash)),
    ]
      + EffectKind.allCases.filter { $0 != .createLock }.map {
        .owed(OutboxIntent(entry: "e-\($0.rawValue)", effect: Effect($0, unit)))
      }
  }

  /// The kind, a line feed, the body.
  func bodies() throws -> [[UInt8]] {
    try entries().map { Array("\($0.kind)\n".utf8) + (try $0.body()) }
  }
}
