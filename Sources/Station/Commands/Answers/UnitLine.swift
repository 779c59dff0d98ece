/// One unit, as `units` prints it. The keys are stable.
struct UnitLine: Hashable, Sendable, Codable {
  var hub: HubID
  var serial: SerialNumber
  var model: String
  var mac: String?
  var firmware: String?
  var batch: BatchID?
  /// How the last attempt ended; absent while the first one goes on.
  var outcome: Outcome?
  var fault: FaultCode?
  var registration: Registration
  var onHold: Bool
  /// Why it is on hold.
  var hold: String?
  var attempts: Int
  var slot: SlotName?
  var actor: String
  var passed: Timestamp?
  var certificate: String?
  var thing: String?
  var firstTime: Timestamp
  var lastTime: Timestamp

  init(_ unit: UnitRecord) {
    hub = unit.hub
    serial = unit.serial
    model = unit.model
    mac = unit.mac
    firmware = unit.firmware
    batch = unit.batch
    outcome = unit.outcome
    fault = unit.fault
    registration = unit.registration
    onHold = unit.onHold
    hold = unit.hold.map { Wording($0).sentence }
    attempts = unit.attempts
    slot = unit.slot
    actor = unit.actor
    passed = unit.passed?.time
    certificate = unit.passed?.certificate
    thing = unit.passed?.thing
    firstTime = unit.firstTime
    lastTime = unit.lastTime
  }
}
