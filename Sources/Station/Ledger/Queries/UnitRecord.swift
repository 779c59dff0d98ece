/// One unit as its rows amount to now.
struct UnitRecord: Hashable, Sendable {
  struct Pass: Hashable, Sendable {
    var sequence: Int64
    var time: Timestamp
    /// Lower-case hex SHA-256 of the certificate's DER.
    var certificate: String
    var thing: String
  }

  var hub: HubID
  var model: String
  var serial: SerialNumber
  var mac: String?
  var firmware: String?
  var batch: BatchID?
  /// How the last attempt ended; nil while the first one goes on.
  var outcome: Outcome?
  /// Why, unless it passed.
  var fault: FaultCode?
  /// The newest pass that is not void, whatever became of later attempts.
  var passed: Pass?
  var onHold: Bool
  var hold: Fault?
  var registration: Registration
  var attempts: Int
  var slot: SlotName?
  var actor: String
  var firstTime: Timestamp
  var lastTime: Timestamp
  /// The unit's newest row.
  var lastSequence: Int64
}
