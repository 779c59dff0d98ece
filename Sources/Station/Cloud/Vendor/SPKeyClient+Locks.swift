/// CreateLock, and GET basic-info to see which lock has the number.
extension SPKeyClient {
  private struct Creating: Encodable, Sendable {
    struct Key: Encodable, Sendable {
      var uuid: String
      var indexNumber: Int64?
      var userId: String?
    }
    var index: Int64
    var uuid: String
    var serialNumber: String?
    var vendorName: String?
    var ownerId: String?
    var keys: [Key]
  }

  private struct Created: Decodable {
    struct Event: Decodable {
      struct Data: Decodable {
        var uuid: String?
        var serialNumber: String?
      }
      var type: String
      var data: Data?
    }
    var success: Bool
    var event: Event?
  }

  /// What the cloud says of a lock; the vendor's name of the maker cannot be read back.
  private struct BasicInfo: Decodable {
    var lockId: Int64?
    var uuid: String?
    var serialNumber: String?
    var ownerId: String?
  }

  func create(_ lock: Lock) async throws(Fault) -> EffectEvidence {
    try lock.check()
    let body = Creating(
      index: lock.index, uuid: lock.uuid, serialNumber: lock.serial, vendorName: lock.vendorName,
      ownerId: lock.owner,
      keys: lock.keys.map { .init(uuid: $0.uuid, indexNumber: $0.index, userId: $0.user) })
    let call = Self.call(lock, .createLock, body: body)
    let answer = try await send(call)
    guard answer.status == 200 || answer.status == 201 else { throw refused(answer, call) }
    guard let told = answer.decoded(Created.self), told.success else { throw notUnderstood(answer, call) }
    if let data = told.event?.data {
      try Self.agree(lock, uuid: data.uuid ?? lock.uuid, serial: data.serialNumber ?? lock.serial)
    }
    return evidence(answer, wasThere: answer.status == 200, ["event": told.event?.type ?? "none"])
  }

  func find(_ lock: Lock) async throws(Fault) -> EffectEvidence? {
    try lock.check()
    let call = Self.call(lock, .getLock)
    let answer = try await send(call)
    if answer.status == 404, VendorRefusal(answer) != nil { return nil }
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let found = answer.decoded(BasicInfo.self), let uuid = found.uuid else {
      throw notUnderstood(answer, call)
    }
    try Self.agree(lock, uuid: uuid, serial: found.serialNumber)
    return evidence(answer, wasThere: true, ["uuid": uuid])
  }

  func confirm(_ lock: Lock) async throws(Fault) -> EffectEvidence {
    let subject = "lock \(lock.id)"
    guard let found = try await find(lock) else {
      let values = [
        "lock": String(lock.id), "target": subject, "host": origin.authority, "operation": "GetLockBasicInfo",
        "status": "404", "cause": "not readable yet after CreateLock",
      ]
      throw Fault(patience.mayStillCome(subject) ? .serverFailed : .targetMissing, values)
    }
    patience.seen(subject)
    return found
  }

  private static func call(
    _ lock: Lock, _ operation: VendorCall.Kind, body: (any Encodable & Sendable)? = nil
  ) -> VendorCall {
    VendorCall(
      operation: operation, method: body == nil ? "GET" : "POST",
      path: ["locks", String(lock.id), body == nil ? "basic-info" : operation.rawValue], body: body,
      about: ["lock": String(lock.id), "target": "lock \(lock.id)"])
  }

  /// The same number with another UUID or serial is another lock. A serial that is not told is not compared.
  private static func agree(_ lock: Lock, uuid: String, serial: String?) throws(Fault) {
    let sameSerial = lock.serial == nil || serial == lock.serial
    guard uuid.lowercased() != lock.uuid.lowercased() || !sameSerial else { return }
    throw Fault(
      .lockConflict,
      [
        "lock": String(lock.id),
        "expected": "uuid=\(lock.uuid) serialNumber=\(lock.serial ?? "none")",
        "actual": "uuid=\(uuid) serialNumber=\(serial ?? "none")",
      ])
  }
}
