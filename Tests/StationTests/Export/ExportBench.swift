import CertForge
import Foundation
import Testing

@testable import Station

/// A settings file, its ledger, and a batch of hubs with real certificates.
final class ExportBench {
  let bench: CommandBench
  private let authority: IssuingAuthority
  private let model = "HUB-2"
  let batch = BatchID("WO-17")!

  init(units: Int) async throws {
    bench = try await CommandBench()
    let folder = bench.folder.path(percentEncoded: false)
    authority = try DemoBench.authority(in: folder)
    let ledger = try open()
    try await ledger.append(
      JournalDraft(
        actor: "4711",
        entry: .batchOpened(
          BatchOpening(
            batch: Batch(id: batch, model: model, vendor: "=Example, \"Ltd\"", planned: 100_000), reason: nil)
        )))
    for number in 1...units { try await make(number, in: ledger) }
    try ledger.close()
  }

  func open() throws -> Ledger {
    let settings = try Settings.load(path: bench.settings)
    return try Ledger.open(
      path: bench.ledger, station: "line-1", clock: SystemClock(),
      versions: StationStart(version: "1", settings: "s"), sealer: try Sealer(settings))
  }

  /// One hub from its arrival to its pass; every third one is not registered.
  func make(_ number: Int, in ledger: Ledger) async throws {
    let hub = ScratchLedger.hub(number)
    let serial = String(format: "SPK%08d", 20_000 + number)
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: hub.text, serialNumber: serial)
    let leaf = try authority.issue(
      request, commonName: hub.text, serialNumber: serial, now: Date(), notAfter: IssuingAuthority.usualEnd)
    let id = leaf.fingerprint
    var found = Identification(
      serial: SerialNumber(normalised: serial), model: model,
      mac: String(format: "02:00:00:00:%02x:ab", number % 256),
      firmware: "1.2.\(number % 3)", heldCertificate: nil, proof: nil, heldIsTrusted: false)
    found.batch = batch
    var entries: [JournalEntry] = [
      .opened(device: "/dev/ttyUSB0"), .done(.identified(found)),
      .done(
        .certified(
          .init(
            certificate: Data(leaf.der), fingerprint: id, issuer: "own-ca", notAfter: Timestamp(leaf.notAfter)
          ))),
      .done(.passed(.init(certificate: id, thing: hub.text, milliseconds: 5))),
    ]
    let unit = UnitIdentity(
      hub: hub, serial: SerialNumber(normalised: serial), model: model, vendorName: "Example",
      thing: hub.text,
      certificate: id)
    let intent = OutboxIntent(entry: "export-entry-\(number)", effect: .createThing(unit))
    entries += [.owed(intent), .closed(.passed, nil)]
    if number % 3 != 0 {
      entries += [
        .sending(entry: intent.entry), .settled(entry: intent.entry, EffectEvidence(wasThere: false)),
      ]
    }
    _ = try await ledger.append(
      AppendRequest(
        entries.map { entry in
          JournalDraft(
            actor: "+49 anna", slot: SlotName("A1"), attempt: AttemptID(text: "export-attempt-\(number)"),
            hub: hub,
            entry: entry)
        }))
  }

  func change(_ body: (Ledger) async throws -> Void) async throws {
    let ledger = try open()
    try await body(ledger)
    try ledger.close()
  }

  func settle(_ number: Int) async throws {
    try await change { ledger in
      for entry in [
        JournalEntry.sending(entry: "export-entry-\(number)"),
        .settled(entry: "export-entry-\(number)", EffectEvidence(wasThere: false)),
      ] { try await ledger.append(JournalDraft(hub: ScratchLedger.hub(number), entry: entry)) }
    }
  }

  func hold(_ number: Int) async throws {
    try await change { ledger in
      try await ledger.append(
        JournalDraft(hub: ScratchLedger.hub(number), entry: .held(Fault(.serialDuplicate))))
    }
  }

  func run(_ words: String...) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(words + ["--settings", bench.settings])
  }

  func place(_ name: String) -> String { bench.folder.appending(path: name).path(percentEncoded: false) }

  /// Name below the folder -> contents.
  func contents(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let names = FileManager.default.enumerator(atPath: folder)
    while let name = names?.nextObject() as? String {
      if let data = FileManager.default.contents(atPath: "\(folder)/\(name)") { files[name] = data }
    }
    return files
  }
}
