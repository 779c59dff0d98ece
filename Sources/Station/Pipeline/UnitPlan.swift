/// Which steps a model's units go through.
struct UnitPlan: Hashable, Sendable {
  var key: KeyOrigin
  var setsNetwork = false
  var hasChecks: Bool

  /// In order, from the key to the pass. The network comes before the checks, so that one of them can ask for it.
  var steps: [Step] {
    [.identify, .forge, .certify, .deliver, .verify] + (setsNetwork ? [.network] : [])
      + (hasChecks ? [.check] : []) + [.finish, .pass]
  }
}

extension UnitPlan {
  /// - Parameter model: nil before the hub has said what it is.
  init(_ model: HubModel?) {
    self.init(
      key: model?.key ?? .station, setsNetwork: model?.network != nil,
      hasChecks: model?.checks.isEmpty == false)
  }
}
