/// Which steps a model's units go through.
struct UnitPlan: Hashable, Sendable {
  var key: KeyOrigin
  var hasChecks: Bool

  /// In order, from the key to the pass.
  var steps: [Step] {
    [.identify, .forge, .certify, .deliver, .verify] + (hasChecks ? [.check] : []) + [.finish, .pass]
  }
}
