import CertForge
import Foundation
import Logging
import SerialFlasher

/// A station on its ledger: everything that lives between the taking of the lock and its giving back.
struct LiveStation: Sendable {
  let settings: StationSettings
  let ledger: Ledger
  let effects: CloudEffects
  let courier: Courier
  let shipper: RecordShipper?
  let backups: BackupKeeper?
  let runner: Runner
  let clock: any StationClock
  let randomness: any Randomness
  /// The newest row when the station took the ledger: what comes after it is this run's.
  let start: Int64

  /// Takes the ledger and opens everything that the settings name.
  ///
  /// - Throws: `Fault` or `CertForgeError`: why the line cannot start.
  static func open(
    _ settings: StationSettings, clock: any StationClock = SystemClock(),
    randomness: any Randomness = SystemRandomness(),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> LiveStation {
    let authority = try settings.issuer.authority.map {
      StationAuthority(try IssuerFiles.open($0), notAfter: $0.notAfter)
    }
    var trusted = authority?.authority.map { [$0] } ?? []
    for path in settings.trustedAuthorities { trusted.append(try CertificateFile.read(path)) }
    let roots = try settings.trustRoots.read()
    let naming = HubNaming(
      namespace: settings.hubNamespace, lists: try HubIDListFile.read(settings.models))
    let ledger = try Ledger.open(
      path: settings.ledger, station: settings.station, clock: clock,
      versions: StationStart(version: StationVersion.text, settings: settings.origin.digest),
      sealer: try Sealer(settings))
    let effects = try CloudEffects(
      settings.cloud,
      store: EndpointStore(
        get: { (key) async throws(Fault) in try await ledger.value(for: key) },
        set: { (key, value) async throws(Fault) in try await ledger.setValue(value, for: key) }),
      clock: clock, environment: environment)
    do {
      let start = try await ledger.lastRow()?.sequence ?? 0
      let beginning = StationStart(version: StationVersion.text, settings: settings.origin.digest)
      try await settle(ledger, after: try await ledger.openAttempts(), beginning)
      let issuer: any Issuer =
        authority ?? AWSIssuer(client: effects.registrar.client, clock: clock, randomness: randomness)
      let bench = bench(
        settings, ledger: ledger, effects: effects, issuer: issuer, trusted: trusted, roots: roots,
        naming: naming, clock: clock,
        randomness: randomness)
      return LiveStation(
        settings: settings, ledger: ledger, effects: effects,
        courier: Courier(
          journal: ledger, outbox: ledger,
          effects: effects, clock: clock,
          randomness: randomness, settings: CourierSettings(settings.cloud),
          credentialVersion: { await effects.credentialVersion($0) }),
        shipper: try shipper(
          settings, ledger: ledger, effects: effects, clock: clock, randomness: randomness),
        backups: backups(settings, ledger: ledger, clock: clock),
        runner: Runner(journal: ledger, bench: bench), clock: clock, randomness: randomness, start: start)
    } catch {
      await effects.shutdown()
      try ledger.close()
      throw error
    }
  }

  /// The first rows of this run: who took the ledger, and the end of every attempt that the last process died in.
  /// What these attempts had begun is decided anew when their hubs are plugged in again.
  static func settle(
    _ journal: any Journaling, after open: [AttemptRecord], _ start: StationStart
  ) async throws(Fault) {
    try await journal.append(JournalDraft(entry: .stationStarted(start)))
    for attempt in open { try await journal.append(end(of: attempt)) }
  }

  /// The row that closes an attempt that no process goes on with.
  static func end(of attempt: AttemptRecord) -> JournalDraft {
    JournalDraft(
      slot: attempt.slot, attempt: attempt.attempt, hub: attempt.hub,
      entry: .closed(.aborted, Fault(.stopped, ["device": "the station's last run"])))
  }

  private static func bench(
    _ settings: StationSettings, ledger: Ledger, effects: CloudEffects, issuer: any Issuer,
    trusted: [Certificate],
    roots: String, naming: HubNaming, clock: any StationClock, randomness: any Randomness
  ) -> Bench {
    let aws = settings.cloud.aws
    return Bench(
      clock: clock, randomness: randomness, models: settings.models, issuer: issuer,
      trustedAuthorities: trusted,
      trustRoots: roots, hubNaming: naming,
      outbox: OutboxPlan(policyVia: aws.policyVia, revokeWithin: settings.cloud.revokeWithin),
      endpoints: { () async throws(Fault) in
        let known = try await effects.endpoints()
        return Bench.Endpoints(
          region: aws.region, data: known.data, credential: known.credentials, roleAlias: aws.roleAlias ?? "")
      },
      lastRowTime: { ledger.lastTime },
      workOrders: { (hub, id, slot) async throws(Fault) in
        try await ledger.batchStanding(of: hub, as: id, on: slot)
      },
      customer: { (batch) async throws(Fault) in try await ledger.batch(batch).batch.customer },
      network: { (name) async throws(Fault) in
        guard let network = effects.commander.networks[name] else {
          throw WirelessNetwork.unusable(name, "the settings have no such network")
        }
        return try await network.open()
      })
  }

  private static func shipper(
    _ settings: StationSettings, ledger: Ledger, effects: CloudEffects, clock: any StationClock,
    randomness: any Randomness
  ) throws(Fault) -> RecordShipper? {
    let sink: any RecordSink
    switch settings.record {
    case nil: return nil
    case .folder(let path): sink = FolderSink(path: path)
    case .https(let address): sink = try HTTPSSink(address, exchange: effects.exchange, clock: clock)
    }
    return RecordShipper(
      journal: ledger, sink: sink, memory: ledger, station: settings.station, ledgerPath: settings.ledger,
      clock: clock, randomness: randomness)
  }

  private static func backups(_ settings: StationSettings, ledger: Ledger, clock: any StationClock)
    -> BackupKeeper?
  {
    settings.backup.map { backup in
      BackupKeeper(
        ledger: settings.ledger, station: settings.station, settings: backup, clock: clock,
        lastRow: { () async throws(Fault) in try await ledger.lastRow()?.sequence ?? 0 })
    }
  }

  /// Whether hubs can be made at all now: a layout that names endpoints needs to know them.
  func checkEndpoints() async throws(Fault) {
    let needsThem = settings.models.contains { model in
      model.layout.files.contains { file in
        if case .template(let text) = file.content { text.contains("ndpoint}}") } else { false }
      }
    }
    if needsThem { _ = try await effects.endpoints() }
  }

  /// Writes the last row and lets go of everything.
  func close(reason: String) async throws {
    let written: Result<Void, Fault>
    do throws(Fault) {
      try await ledger.append(JournalDraft(entry: .stationStopped(reason: reason)))
      written = .success(())
    } catch { written = .failure(error) }
    await effects.shutdown()
    try ledger.close()
    try written.get()
  }
}
