/// A unit's stay on the bench begins.
struct CFXWorkStarted: CFXMessage {
  struct UnitPosition: Hashable, Sendable, Encodable {
    var unitIdentifier: String
    var positionNumber = 1
    /// The slot.
    var positionName: String?
    var x = 0
    var y = 0
    var rotation = 0
    var flipX = false
    var flipY = false
  }

  static let name = "CFX.Production.WorkStarted"
  var transactionID: String
  /// A bench has none.
  var lane = "0"
  var unitCount = 1
  var units: [UnitPosition]
}

struct CFXWorkCompleted: CFXMessage {
  enum WorkResult: String, Hashable, Sendable, Encodable {
    case completed = "Completed"
    case failed = "Failed"
    case aborted = "Aborted"

    /// An attempt that the station, the network or the cloud ended says nothing of the hub.
    init(_ outcome: Outcome) {
      switch outcome {
      case .passed: self = .completed
      case .failed: self = .failed
      case .errored, .aborted: self = .aborted
      }
    }
  }

  static let name = "CFX.Production.WorkCompleted"
  var transactionID: String
  var result: WorkResult
}

/// What was assigned to a unit for good: the standard's own example is a MAC address.
struct CFXUnitsPersonalized: CFXMessage {
  struct Characteristic: Hashable, Sendable, Encodable {
    var name: String
    var value: String
  }

  struct PersonalizedUnit: Hashable, Sendable, Encodable {
    var unitIdentifier: String
    var unitPositionNumber = 1
    var characteristics: [Characteristic]
  }

  static let name = "CFX.Production.Assembly.UnitsPersonalized"
  var transactionId: String
  var personalizedUnits: [PersonalizedUnit]
}
