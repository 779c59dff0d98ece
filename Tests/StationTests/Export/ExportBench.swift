import CertForge
import Foundation
import Testing

@testable import Station

/// A settings file, its ledger, and a batch of hubs with real certificates.
final class ExportBench {
  let bench: CommandBench
  private let authority: IssuingAuthority
  private let model = "HUB-2"
  let batch: BatchID

  init(units: Int, batch: String = "WO-17") async throws {
    self.batch = try #require(BatchID(batch))
    bench = try await CommandBench()
    let folder = bench.folder.path(percentEncoded: false)
    authority = try DemoBench.authority(in: folder)
    let ledger = try open()
    try await ledger.append(
      JournalDraft(
        actor: "4711",
        entry: .batchOpened(
          BatchOpening(
            batch: Batch(id: self.batch, model: model, vendor: "=Example, \"Ltd\"", planned: 100_000),
            reason: nil)
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
    let serial = Self.serial(number)
    let certified = try certify(number)
    let id = certified.fingerprint
    var entries: [JournalEntry] = [
      .opened(device: "/dev/ttyUSB0"), .done(.identified(identification(number))),
      .done(.certified(certified)), .done(.checked(Self.readings(number))),
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

  /// A certificate of a new key.
  private func certify(_ number: Int) throws -> Evidence.Certified {
    let (name, serial) = (ScratchLedger.hub(number).text, Self.serial(number))
    let request = try PrivateKey.generate().signingRequest(commonName: name, serialNumber: serial)
    let leaf = try authority.issue(
      request, commonName: name, serialNumber: serial, now: Date(), notAfter: IssuingAuthority.usualEnd)
    return Evidence.Certified(
      certificate: Data(leaf.der), fingerprint: leaf.fingerprint, issuer: "own-ca",
      notAfter: Timestamp(leaf.notAfter))
  }

  /// One more pass over a finished hub, which has another certificate then.
  func rework(_ number: Int) async throws {
    let certified = try certify(number)
    let pass = Evidence.Passed(
      certificate: certified.fingerprint, thing: ScratchLedger.hub(number).text, milliseconds: 5)
    try await change { ledger in
      try await tries(
        number, "export-rework-\(number)",
        [.done(.certified(certified)), .done(.passed(pass)), .closed(.passed, nil)], isFinished: true,
        in: ledger)
    }
  }

  static func serial(_ number: Int) -> String { String(format: "SPK%08d", 20_000 + number) }

  private func identification(_ number: Int) -> Identification {
    var found = Identification(
      serial: SerialNumber(normalised: Self.serial(number)), model: model,
      mac: String(format: "02:00:00:00:%02x:ab", number % 256),
      firmware: "1.2.\(number % 3)", heldCertificate: nil, proof: nil, heldIsTrusted: false)
    found.batch = batch
    return found
  }

  /// Numbers with every kind of limits, and words.
  private static func readings(_ number: Int) -> [CheckResult] {
    func reading(
      _ name: String, _ value: Double?, _ text: String, _ measure: String, _ limits: (Double?, Double?)
    )
      -> CheckResult
    {
      CheckResult(
        name: name, text: text, value: value, measure: measure, low: limits.0, high: limits.1, passed: true)
    }
    return [
      reading("voltage", 1.2 + Double(number) / 1000, "1.2", "V", (1.1, 1.3)),
      reading("signal", -60, "-60", "dBm", (-70, nil)), reading("boot", 4.5, "4.5", "s", (nil, 10)),
      reading("heat", 21.25, "21.25", "\u{B0}C", (nil, nil)),
      reading("radio", nil, "ok, \"up\"", "", (nil, nil)),
    ]
  }

  /// One more attempt, which ends as it is told.
  ///
  /// - Parameter isFinished: the unit has passed before, so no batch takes it.
  func tries(
    _ number: Int, _ attempt: String, _ ends: [JournalEntry], isFinished: Bool = false, in ledger: Ledger
  ) async throws {
    var found = identification(number)
    if isFinished { found.batch = nil }
    let entries: [JournalEntry] = [.opened(device: "/dev/ttyUSB0"), .done(.identified(found))] + ends
    _ = try await ledger.append(
      AppendRequest(
        entries.enumerated().map { index, entry in
          // Which hub it is is not known before it was identified.
          JournalDraft(
            actor: "4712", slot: SlotName("B7"), attempt: AttemptID(text: attempt),
            hub: index == 0 ? nil : ScratchLedger.hub(number), entry: entry)
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

  func close() async throws {
    let answer = try await run("batch", "close", batch.text, "--reason", "packed")
    #expect(answer.status == 0, "\(answer)")
  }

  /// Into the bench's folder.
  func export(_ profile: String, _ words: [String] = []) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(
      ["export", batch.text, "--profile", profile, "--to", place(""), "--settings", bench.settings] + words)
  }

  func run(_ words: String...) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(words + ["--settings", bench.settings])
  }

  func place(_ name: String) -> String { bench.folder.appending(path: name).path(percentEncoded: false) }

  /// Writes a file below the bench's folder, and the folders above it.
  func put(_ name: String, _ text: String) throws {
    let url = URL(filePath: place(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

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
