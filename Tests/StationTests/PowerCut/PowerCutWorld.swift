import CertForge
import Foundation
import SerialFlasher
import Synchronization
import Testing

@testable import Station

/// What outlives a station's process: the cloud, the hubs, the time, the disk. One case of the matrix is one world.
///
/// Unchecked: everything of it runs on the one thread of its executor.
final class PowerCutWorld: @unchecked Sendable {
  let scene: PowerCutCase
  let plant: Plant?
  let clock = ManualClock(Timestamp(milliseconds: 1_796_000_000_000))
  let network = PowerCutNetwork()
  let desk: CloudDesk
  let stage: PowerCutStage
  let memory = SlotMemory()
  /// The hub of the case, and another one.
  private(set) var hubs: [SimulatedHub] = []
  /// The power of the life that is lived just now.
  private let power = Mutex(PowerSwitch(nil))
  /// Hubs whose tile was green, with the certificate that their storage would have kept at that moment.
  let greens = Mutex<[HubID: [String?]]>([:])
  /// Boundaries of each life that was lived.
  private(set) var boundaries: [[PowerCut.Kind: Int]] = []
  /// The certificate that another station gave the hub before this one ever saw it.
  private(set) var elsewhere: String?
  /// How many of the cuts came to pass.
  private(set) var fired = 0
  /// How often another station saw a hub that already had an identity.
  let elsewhereVisits = Mutex(0)
  private let spoilt = Mutex<[String]>([])
  private let executor: SeededExecutor

  init(_ scene: PowerCutCase, on stage: PowerCutStage, plant: Plant?) {
    self.scene = scene
    self.stage = stage
    self.plant = plant
    executor = SeededExecutor(seed: scene.seed)
    desk = CloudDesk(
      state: CloudState(account: stage.account), record: nil, clock: clock, faults: .none,
      thingComesFirst: true, signer: stage.signer)
    hubs = ["SPK00000001", "SPK00000002"].enumerated().map { index, serial in
      let hub = SimulatedHub(
        .init(serial: serial, mac: "02:00:5e:00:00:0\(index + 1)"), seed: scene.seed,
        interruption: { [unowned self] in
          guard self.power.withLock({ $0 }).boundary(.hub) else { return nil }
          return self.keepsHubsPowered ? .deserted : .powerLost
        })
      hub.set(
        SimulatedHubFaults(
          ignoresSync: plant == .deliverWithoutSync, powerLoss: scene.loss == .torn ? .tears : .losesAll))
      return hub
    }
  }

  /// Only the station's process dies, and nobody touches its hub.
  var keepsHubsPowered: Bool { scene.loss == .nothing && scene.route.comesBack == .sameSlot }

  static func hubID(_ hub: SimulatedHub) -> HubID? {
    let serial = SerialNumber(normalised: hub.examine { $0.nature.serial })
    return try? PowerCutStage.naming.hub(model: DemoBench.model, serial: serial, reported: nil)
  }

  /// - Returns: what the audit found wrong.
  func play() throws -> [String] {
    var disk = stage.template
    var findings: [String] = []
    if scene.route.errand == .adoption { try makeElsewhere() }
    for (number, cut) in (scene.cuts.map(Optional.some) + [nil]).enumerated() {
      let switched = PowerSwitch(cut)
      power.withLock { $0 = switched }
      network.set(scene.route.network == .online)
      let folder = try TornFolder(in: stage.place, copying: disk, power: switched)
      if plant == .synchronousNormal { folder.forgetLogSyncs() }
      let life = PowerCutLife(self, number: number, folder: folder, power: switched, isLast: cut == nil)
      findings += life.live(on: executor)
      boundaries.append(switched.counts)
      let ended = !switched.isOff
      if !ended { fired += 1 }
      if !keepsHubsPowered { for hub in hubs { hub.unplug() } }
      if disk != stage.template { try FileManager.default.removeItem(atPath: disk) }
      disk = try folder.salvage(ended ? .nothing : scene.loss, seed: scene.seed &+ UInt64(number))
    }
    for hub in hubs { hub.unplug() }
    findings += try PowerCutAudit(world: self, disk: disk).findings(on: executor)
    try FileManager.default.removeItem(atPath: disk)
    return findings + spoilt.withLock { $0 }
  }

  /// Another station's work, which nothing cuts. Half of these hubs are known to the clouds then.
  private func makeElsewhere() throws {
    network.set(true)
    let folder = try TornFolder(in: stage.place, copying: stage.template, power: PowerSwitch(nil))
    let life = PowerCutLife(self, number: 90, folder: folder, power: PowerSwitch(nil), isLast: true)
    try life.makeElsewhere(on: executor, tellsTheCloud: scene.seed % 2 == 0)
    elsewhere = PowerCutAudit.identity(of: hubs[0])
    greens.withLock { $0 = [:] }
    try FileManager.default.removeItem(atPath: try folder.salvage(.nothing, seed: scene.seed))
  }

  func sawElsewhere() { elsewhereVisits.withLock { $0 += 1 } }

  /// Something happened that no audit in the end could see.
  func spoil(_ finding: String) { spoilt.withLock { $0.append(finding) } }

  func showGreen(_ hub: HubID) {
    guard let shown = hubs.first(where: { Self.hubID($0) == hub }) else { return }
    let kept = shown.examine { $0.storage.durableLive?[$0.nature.certificatePath] }
    let fingerprint = kept.flatMap {
      try? Certificate(pem: String(decoding: $0.bytes, as: UTF8.self)).fingerprint
    }
    greens.withLock { $0[hub, default: []].append(fingerprint) }
  }
}
