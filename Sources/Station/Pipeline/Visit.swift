import CertForge
import SerialFlasher

/// One stay of a hub on a slot: what the steps share. Confined to the slot's task.
final class Visit {
  let slot: SlotName
  let device: String
  let driver: any HubDriver
  let onDuty: OnDuty
  let attempt: AttemptID
  let opened: Timestamp
  let progress: @Sendable (Step, Double?) -> Void

  /// Set by identify.
  var hub: HubID?
  var model: HubModel?
  var identification: Identification?
  /// The certificate that the live identity holds.
  var held: Certificate?
  /// Made by forge; gone with this object, and never anywhere else.
  var key: PrivateKey?

  init(
    slot: SlotName, device: String, driver: any HubDriver, actor: OnDuty, attempt: AttemptID,
    opened: Timestamp,
    progress: @escaping @Sendable (Step, Double?) -> Void
  ) {
    self.slot = slot
    self.device = device
    self.driver = driver
    self.onDuty = actor
    self.attempt = attempt
    self.opened = opened
    self.progress = progress
  }

  /// Who signs the next row: a badge may be scanned while a hub is at work.
  var actor: String { onDuty.actor }

  /// What every step after identify needs; its absence is an error of this program, reported and not crashed on.
  func known() throws(Fault) -> (hub: HubID, model: HubModel, serial: SerialNumber) {
    guard let hub, let model, let identification else {
      throw Fault(.hubUnsupported, ["what": "a step before identify"])
    }
    return (hub, model, identification.serial)
  }
}
