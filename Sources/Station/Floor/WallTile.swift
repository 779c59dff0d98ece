/// What one slot shows.
struct WallTile: Hashable, Sendable {
  enum Face: Hashable, Sendable {
    case empty
    /// The step at hand; `fraction` from 0 to 1 where the step knows it.
    case working(Step, fraction: Double?)
    case passed
    case failed(Fault)
    case stationFault(Fault)
    case unplugged(Fault)
  }

  /// Small beside PASS: what the cloud knows of the unit.
  enum Registration: String, Hashable, Sendable, Codable {
    case registered
    case waiting = "registration waiting"
    case needsAttention = "needs attention"

    /// nil: it is not made known any further.
    init?(_ unit: UnitRecord) {
      switch unit.registration {
      case _ where unit.onHold: self = .needsAttention
      case .attention: self = .needsAttention
      case .waiting: self = .waiting
      case .registered: self = .registered
      case .none: return nil
      }
    }
  }

  var slot: SlotName
  var face: Face = .empty
  /// Known once the hub is identified.
  var hub: HubID?
  var serial: SerialNumber?
  /// When the attempt was opened.
  var since: Timestamp?
  var attempt: AttemptID?
  /// Which step this is of how many: `3/8`.
  var number = 0
  var total = 0
  /// Its hub was taken out while it was worked on.
  var isGone = false
  /// Its hub powers itself off when it is finished.
  var leavesByItself = false
  /// Only beside PASS.
  var registration: Registration?

  /// The word that is read from three metres away.
  var word: String {
    switch face {
    case .empty: "EMPTY"
    case .working: "WORKING"
    case .passed: "PASS"
    case .failed: "FAIL"
    case .stationFault: "STATION FAULT"
    case .unplugged: "UNPLUGGED"
    }
  }

  /// What to do, in two to six words.
  var instruction: String? {
    switch face {
    case .empty, .working: nil
    case .passed: "take out"
    case .failed: "red bin"
    case .stationFault: "keep the hub, call the engineer"
    case .unplugged: "plug in again"
    }
  }

  var fault: Fault? {
    switch face {
    case .empty, .working, .passed: nil
    case .failed(let fault), .stationFault(let fault), .unplugged(let fault): fault
    }
  }
}
