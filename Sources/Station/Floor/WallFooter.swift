/// What the wall says below its tiles about the cloud and the record.
struct WallFooter: Hashable, Sendable {
  /// Entries that are owed or being sent, without those that wait for their hub.
  var unsent = 0
  var waitingForHub = 0
  var parked = 0
  /// Why a lane to the cloud does not go on; an open one is absent.
  var lanes: [Lane: Fault] = [:]
  /// Rows that the second copy does not have yet; nil: there is no second copy.
  var recordBehind: Int64?
  var recordFault: Fault?
  /// Why no hub can be made at all just now.
  var lineStopped: Fault?
}
