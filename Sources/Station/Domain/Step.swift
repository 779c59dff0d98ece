/// The steps of a unit, in the order in which a hub goes through them.
enum Step: String, Codable, CaseIterable, Sendable {
  case identify, flash, forge, certify, deliver, verify, network, check, label, finish, pass

  /// Steps that change something outside the station's memory: `began` is durable before they start.
  var hasOutwardEffect: Bool {
    switch self {
    case .flash, .deliver, .network, .label, .finish: true
    // A request to an online issuer leaves a certificate behind; a staged key stays on the hub.
    case .forge, .certify: true
    case .identify, .verify, .check, .pass: false
    }
  }
}
