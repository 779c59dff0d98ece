/// A hub gets another identity: its Thing and the principal of its Thing change over. Only from certificates that this
/// ledger had issued for the hub; anything else is another's, and a conflict.
extension AWSRegistrar {
  func findReplacedThing(_ unit: UnitIdentity, _ old: [String]) async throws(Fault) -> EffectEvidence? {
    guard let there = try await client.describeThing(unit.thing) else { return nil }
    return names(there.value, oneOf: old, unit) ? nil : try agree(there, unit)
  }

  /// Looks first, and changes only what it saw: the version that was read goes with the call.
  func replaceThing(_ unit: UnitIdentity, _ old: [String]) async throws(Fault) -> EffectEvidence {
    guard let there = try await client.describeThing(unit.thing) else { return try await createThing(unit) }
    guard names(there.value, oneOf: old, unit) else {
      // One read decides: another one could lag behind it.
      return try agree(there, unit)
    }
    let answer = try await client.updateThing(
      unit.thing, attributes: attributes(unit), expecting: there.value.version)
    return EffectEvidence(
      wasThere: false, httpStatus: answer.status, request: answer.request,
      values: ["replaced": there.value.attributes?[Self.certificateAttribute] ?? ""])
  }

  /// The Thing is this hub's, under an identity that it had before.
  private func names(_ thing: AWSIoTClient.Thing, oneOf old: [String], _ unit: UnitIdentity) -> Bool {
    let actual = thing.attributes ?? [:]
    var expected = attributes(unit)
    expected[Self.certificateAttribute] = nil
    guard let named = actual[Self.certificateAttribute], old.contains(named) else { return false }
    return expected.allSatisfy { actual[$0.key] == $0.value }
      && (thingType == nil || thing.thingTypeName == thingType)
  }

  /// - Returns: nil while an older certificate is attached, or this one is not.
  func findReplacedPrincipal(_ unit: UnitIdentity, _ old: [String]) async throws(Fault) -> EffectEvidence? {
    let attached = try await principals(of: unit, old)
    guard attached == [arn(unit)] else { return nil }
    return EffectEvidence(wasThere: true, values: ["principal": arn(unit)])
  }

  func replacePrincipal(_ unit: UnitIdentity, _ old: [String]) async throws(Fault) -> EffectEvidence {
    let replaced = try await principals(of: unit, old).filter { $0 != arn(unit) }
    for arn in replaced { try await client.detachThingPrincipal(unit.thing, principal: arn) }
    let answer = try await client.attachThingPrincipal(unit.thing, principal: arn(unit))
    return EffectEvidence(
      wasThere: false, httpStatus: answer.status, request: answer.request,
      values: ["principal": arn(unit), "detached": String(replaced.count)])
  }

  /// What is attached: this certificate, and older ones of the same hub. Read once, because another read could lag.
  ///
  /// - Throws: `principal-conflict` for one that is nobody's here.
  private func principals(of unit: UnitIdentity, _ old: [String]) async throws(Fault) -> [String] {
    let attached = try await client.listThingPrincipals(unit.thing)?.value ?? []
    let known = Set((old + [unit.certificate]).map { client.names.certificate($0) })
    let strangers = attached.filter { !known.contains($0) }
    guard strangers.isEmpty else {
      throw Fault(
        .principalConflict,
        ["thing": unit.thing, "expected": arn(unit), "actual": strangers.joined(separator: " ")])
    }
    return attached
  }
}
