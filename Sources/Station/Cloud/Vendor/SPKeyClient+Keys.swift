/// AddPhysicalKey, which gives every call another number; the search by the token in the note; RemovePhysicalKey.
extension SPKeyClient {
  private struct Adding: Encodable, Sendable {
    var orgId: String
    var orgName: String?
    var note: String
  }

  private struct Removing: Encodable, Sendable {
    var number: Int64
  }

  private struct Added: Decodable {
    var success: Bool
    var number: Int64
  }

  private struct Done: Decodable {
    var success: Bool
  }

  private struct Listed: Decodable {
    var keys: [Key]
    var total: Int
  }

  private struct Key: Decodable {
    var number: Int64
    var note: String?
  }

  func add(_ order: PhysicalKeyOrder) async throws(Fault) -> EffectEvidence {
    try order.check()
    let call = VendorCall(
      operation: .addPhysicalKey, method: "POST", path: ["users", order.user, "AddPhysicalKey"],
      body: Adding(orgId: order.organisation, orgName: order.organisationName, note: order.sentNote),
      about: Self.about(order))
    let answer = try await send(call)
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let told = answer.decoded(Added.self), told.success, told.number > 0 else {
      throw notUnderstood(answer, call)
    }
    return evidence(answer, wasThere: false, ["number": String(told.number)])
  }

  /// By the token in the note. Two of one token are one key too many: the lowest number is the key's, the others are told.
  func find(_ order: PhysicalKeyOrder) async throws(Fault) -> EffectEvidence? {
    try order.check()
    let (answer, numbers) = try await numbers(of: order)
    guard let number = numbers.first else { return nil }
    var values = ["number": String(number)]
    if numbers.count > 1 {
      values["duplicates"] = numbers.dropFirst().map { String($0) }.joined(separator: " ")
    }
    return evidence(answer, wasThere: true, values)
  }

  /// The lowest first.
  private func numbers(of order: PhysicalKeyOrder) async throws(Fault) -> (HTTPAnswer, [Int64]) {
    let call = VendorCall(
      operation: .listPhysicalKeys, path: ["users", order.user, "PhysicalKeys"],
      query: [HTTPCall.Pair("orgId", order.organisation), HTTPCall.Pair("q", order.token)],
      about: Self.about(order))
    let answer = try await send(call)
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let listed = answer.decoded(Listed.self) else { throw notUnderstood(answer, call) }
    // The server's filter is a convenience: what does not carry the token is nobody's business here.
    return (answer, listed.keys.filter { Self.carries($0.note, order) }.map(\.number).sorted())
  }

  // MARK: Removal

  /// - Returns: nil while the key is still there.
  func findRemoval(_ order: PhysicalKeyOrder, _ number: Int64) async throws(Fault) -> EffectEvidence? {
    let call = VendorCall(
      operation: .getPhysicalKey, path: ["users", order.user, "PhysicalKeys", String(number)],
      about: Self.about(order))
    let answer = try await send(call)
    if answer.status == 404, VendorRefusal(answer) != nil {
      // A read may lag, and a key that is believed gone opens doors for ever: the list must say the same.
      guard try await !isListed(order, number) else { return nil }
      return evidence(answer, wasThere: true, ["removed": String(number)])
    }
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let key = answer.decoded(Key.self), key.number == number else { throw notUnderstood(answer, call) }
    guard Self.carries(key.note, order) else {
      throw Fault(
        .keyConflict, ["number": String(number), "user": order.user, "actual": key.note ?? "no note"])
    }
    return nil
  }

  private func isListed(_ order: PhysicalKeyOrder, _ number: Int64) async throws(Fault) -> Bool {
    do throws(Fault) { return try await numbers(of: order).1.contains(number) } catch {
      // No such user, and so no key.
      guard error.code == .targetMissing else { throw error }
      return false
    }
  }

  /// Looks first: a number may be wrong, and somebody else's key would be gone.
  func remove(_ order: PhysicalKeyOrder, _ number: Int64) async throws(Fault) -> EffectEvidence {
    if let gone = try await findRemoval(order, number) { return gone }
    let call = VendorCall(
      operation: .removePhysicalKey, method: "POST", path: ["users", order.user, "RemovePhysicalKey"],
      body: Removing(number: number), about: Self.about(order))
    let answer = try await send(call)
    let values = ["removed": String(number)]
    if answer.status == 404, VendorRefusal(answer) != nil { return evidence(answer, wasThere: true, values) }
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let done = answer.decoded(Done.self), done.success else { throw notUnderstood(answer, call) }
    return evidence(answer, wasThere: false, values)
  }

  // MARK: -

  private static func carries(_ note: String?, _ order: PhysicalKeyOrder) -> Bool {
    note?.lowercased().contains(order.token.lowercased()) == true
  }

  private static func about(_ order: PhysicalKeyOrder) -> [String: String] {
    ["user": order.user, "target": "user \(order.user)"]
  }
}
