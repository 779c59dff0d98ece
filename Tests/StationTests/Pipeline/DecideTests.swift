import Foundation
import Testing

@testable import Station

/// The pure heart, asked about every history that a floor can produce.
@Suite("Decide")
struct DecideTests {
  static let first = AttemptID(text: "attempt-1")
  static let second = AttemptID(text: "attempt-2")
  static let leaf = "aa11"
  static let plan = UnitPlan(key: .station, hasChecks: true)

  static func identified(
    mac: String? = "02:00:00:00:00:01", held: String? = nil, proven: Bool = false, trusted: Bool = false
  ) -> JournalEntry {
    let proof = held.map { PossessionProof(certificate: $0, nonce: Data([1]), signature: Data([2])) }
    return .done(
      .identified(
        Identification(
          serial: SerialNumber(normalised: "SPK00000001"), model: "HUB-2", mac: mac, firmware: nil,
          heldCertificate: held, proof: proven ? proof : nil, heldIsTrusted: trusted)))
  }

  static let forged = JournalEntry.done(.forged(.init(request: Data([1]), key: .station)))
  static let certified = JournalEntry.done(
    .certified(
      .init(
        certificate: Data([1]), fingerprint: leaf, issuer: "station-ca", notAfter: Timestamp(milliseconds: 0))
    ))
  static let delivered = JournalEntry.done(.delivered(.init(digests: [:], found: false)))
  static let verified = JournalEntry.done(
    .verified(PossessionProof(certificate: leaf, nonce: Data([1]), signature: Data([2]))))
  static let passed = JournalEntry.done(.passed(.init(certificate: leaf, thing: "t", milliseconds: 1)))

  /// A whole unit, row by row.
  static let happy: [JournalEntry] = [
    identified(), .began(.forge), forged, .began(.certify), certified, .began(.deliver), delivered, verified,
    .done(.checked([])), .began(.finish), .done(.finished), passed, .closed(.passed, nil),
  ]

  static func story(_ entries: [(AttemptID, JournalEntry)], now attempt: AttemptID) throws -> HubStory {
    let rows = try entries.enumerated().map { index, pair in
      JournalRow(
        sequence: Int64(index + 1), time: Timestamp(milliseconds: 0), clock: .synchronised, station: "s",
        actor: "a",
        slot: nil, attempt: pair.0, hub: nil, kind: pair.1.kind, body: try pair.1.body(), versions: "{}",
        previousHash: Data(), hash: Data())
    }
    return try HubStory(rows: rows, attempt: attempt)
  }

  static func decide(_ earlier: [JournalEntry], then current: [JournalEntry]) throws -> Decision {
    let entries = earlier.map { (first, $0) } + current.map { (second, $0) }
    return Decide.next(try story(entries, now: second), plan: plan)
  }

  @Test func `an undisturbed hub goes through every step once, in order`() throws {
    let expected: [Decision] = [
      .run(.identify), .run(.forge), .recover(.forge), .run(.certify), .recover(.certify), .run(.deliver),
      .recover(.deliver), .run(.verify), .run(.check), .run(.finish), .recover(.finish), .run(.pass),
      .finished(.passed), .finished(.passed),
    ]
    for (count, decision) in expected.enumerated() {
      #expect(try Self.decide([], then: Array(Self.happy.prefix(count))) == decision, "after \(count) rows")
    }
  }

  @Test func `a bare hub whose attempt broke off begins anew, and spends the certificate that never left`()
    throws
  {
    let expected: [Int: Decision] = [
      0: .run(.forge), 1: .run(.forge), 2: .run(.forge), 3: .run(.forge), 4: .run(.forge),
      5: .restart(revoking: [Self.leaf]), 6: .recover(.deliver), 7: .recover(.deliver),
      10: .recover(.deliver),
      11: .recover(.deliver),
    ]
    for (count, decision) in expected {
      #expect(
        try Self.decide(Array(Self.happy.prefix(count)), then: [Self.identified()]) == decision,
        "broken off after \(count) rows")
    }
  }

  @Test func `what was delivered before a crash is proven again, and the rest follows`() throws {
    let earlier = Array(Self.happy.prefix(7))
    let held = Self.identified(held: Self.leaf, proven: true, trusted: true)
    #expect(try Self.decide(earlier, then: [held]) == .recover(.deliver))
    #expect(try Self.decide(earlier, then: [held, Self.delivered]) == .run(.verify))
    #expect(try Self.decide(earlier, then: [held, Self.delivered, Self.verified]) == .run(.check))
  }

  @Test func `after a restart nothing of the void generation counts`() throws {
    let earlier = Array(Self.happy.prefix(6))
    let restart = JournalEntry.restarted(revoking: [Self.leaf])
    #expect(try Self.decide(earlier, then: [Self.identified(), restart]) == .run(.forge))
    #expect(
      try Self.decide(earlier, then: [Self.identified(), restart, .began(.forge), Self.forged])
        == .run(.certify))
  }

  @Test func `a finished hub is finished only with the same certificate, the same MAC and a fresh proof`()
    throws
  {
    func standing(_ identified: JournalEntry) throws -> Decision {
      try Self.decide(Self.happy, then: [identified])
    }
    func code(_ decision: Decision) -> FaultCode? {
      if case .refuse(let fault, _) = decision { fault.code } else { nil }
    }
    #expect(try standing(Self.identified(held: Self.leaf, proven: true, trusted: true)) == .finished(.passed))
    #expect(try standing(Self.identified(mac: nil, held: Self.leaf, proven: true)) == .finished(.passed))
    #expect(try code(standing(Self.identified(held: Self.leaf, proven: false))) == .impostor)
    #expect(try code(standing(Self.identified(held: nil))) == .identityLost)
    #expect(try code(standing(Self.identified(held: "bb22", proven: true))) == .identityForeign)
    #expect(
      try code(standing(Self.identified(mac: "02:00:00:00:00:02", held: Self.leaf, proven: true)))
        == .serialDuplicate)
  }

  @Test func `a duplicate puts the record on hold once, and a hold stops the hub until it is freed`() throws {
    let other = Self.identified(mac: "02:00:00:00:00:02")
    let fault = Fault(.serialDuplicate)
    guard case .refuse(_, hold: true) = try Self.decide([Self.identified()], then: [other]) else {
      Issue.record("the duplicate was not refused with a hold")
      return
    }
    guard
      case .refuse(let onHold, hold: false) = try Self.decide(
        [Self.identified(), .held(fault)], then: [Self.identified()])
    else {
      Issue.record("the hold did not stop the hub")
      return
    }
    #expect(onHold.code == .unitOnHold)
    // The refused duplicate's address does not count against the rightful hub afterwards.
    let third = AttemptID(text: "attempt-3")
    let entries: [(AttemptID, JournalEntry)] = [
      (Self.first, Self.identified()), (Self.second, other), (Self.second, .failed(.identify, fault)),
      (Self.second, .held(fault)), (Self.second, .freed(reason: "looked at")), (third, Self.identified()),
    ]
    #expect(Decide.next(try Self.story(entries, now: third), plan: Self.plan) == .run(.forge))
  }

  @Test func `an identity of ours that this ledger never issued is not overwritten`() throws {
    func code(_ identified: JournalEntry) throws -> FaultCode? {
      if case .refuse(let fault, _) = try Self.decide([], then: [identified]) { fault.code } else { nil }
    }
    #expect(try code(Self.identified(held: "cc", proven: true, trusted: true)) == .finishedElsewhere)
    #expect(try code(Self.identified(held: "cc", proven: false, trusted: true)) == .impostor)
    #expect(try code(Self.identified(held: "cc", proven: true, trusted: false)) == nil)
  }

  private static func disposed(_ act: DispositionAct, _ to: UnitDisposition) -> JournalEntry {
    .disposed(UnitDisposal(act: act, from: .released, to: to, reason: "r"))
  }

  @Test func `a rework makes another identity of whatever the hub holds, and its hold stops nothing`() throws
  {
    let ordered = Self.happy + [Self.disposed(.rework, .rework)]
    let whole = Self.identified(held: Self.leaf, proven: true, trusted: true)
    for found in [whole, Self.identified(), Self.identified(held: "bb", proven: false)] {
      #expect(try Self.decide(ordered, then: [found]) == .run(.forge))
    }
    let held = JournalEntry.held(Fault(.reworkUnfinished))
    #expect(try Self.decide(ordered + [.began(.deliver), held], then: [whole]) == .run(.forge))
    // What is against any hub is against this one too.
    func code(_ decision: Decision) -> FaultCode? {
      if case .refuse(let fault, _) = decision { fault.code } else { nil }
    }
    #expect(
      try code(Self.decide(ordered + [.held(Fault(.qualityHold))], then: [Self.identified()])) == .unitOnHold)
    #expect(
      try code(Self.decide(ordered, then: [Self.identified(mac: "02:00:00:00:00:02")])) == .serialDuplicate)
    #expect(
      try code(Self.decide(ordered, then: [Self.identified(held: "cc", proven: true, trusted: true)]))
        == .finishedElsewhere)
    // Its pass ends the permission.
    let again = ordered + Self.happy
    #expect(try Self.decide(again, then: [whole]) == .finished(.passed))
    #expect(try code(Self.decide(again, then: [Self.identified()])) == .identityLost)
  }

  @Test func `what left production is not green on the bench, whatever it proves`() throws {
    let whole = Self.identified(held: Self.leaf, proven: true, trusted: true)
    func refused(_ entries: [JournalEntry]) throws -> Fault? {
      if case .refuse(let fault, hold: false) = try Self.decide(Self.happy + entries, then: [whole]) {
        fault
      } else {
        nil
      }
    }
    #expect(try refused([Self.disposed(.scrap, .scrapped)])?.code == .unitScrapped)
    // Whatever was parked of it later: it was scrapped.
    #expect(
      try refused([Self.disposed(.scrap, .scrapped), .held(Fault(.hubSuspended))])?.code == .unitScrapped)
    for (act, state) in [
      (DispositionAct.ship, UnitDisposition.shipped), (.return, .returned), (.recall, .recalled),
    ] {
      let fault = try refused([Self.disposed(act, state)])
      #expect(fault?.code == .unitDeparted && fault?.values["state"] == state.rawValue)
    }
    #expect(try refused([Self.disposed(.ship, .shipped), Self.disposed(.return, .released)]) == nil)
    // Also one that never passed.
    guard
      case .refuse(let fault, hold: false) = try Self.decide(
        [Self.identified(), Self.disposed(.scrap, .scrapped)], then: [Self.identified()])
    else {
      Issue.record("a scrapped hub is made")
      return
    }
    #expect(fault.code == .unitScrapped)
  }

  @Test func `an identity of another station is taken in only if it is the one that was allowed, and proved`()
    throws
  {
    let allowed = JournalEntry.adoption(UnitAdoption(certificate: "cc", reason: "r"))
    func decide(_ found: JournalEntry) throws -> Decision { try Self.decide([allowed], then: [found]) }
    #expect(try decide(Self.identified(held: "cc", proven: true, trusted: true)) == .adopt)
    for (found, code) in [
      (Self.identified(held: "cc", proven: false, trusted: true), FaultCode.impostor),
      (Self.identified(held: "dd", proven: true, trusted: true), .finishedElsewhere),
    ] {
      guard case .refuse(let fault, hold: false) = try decide(found) else {
        Issue.record("taken in: \(found)")
        continue
      }
      #expect(fault.code == code)
    }
    // Taken in and not passed yet: its loss is not made good in silence.
    let certified = JournalEntry.done(
      .certified(
        .init(
          certificate: Data([1]), fingerprint: "cc", issuer: "station-ca",
          notAfter: Timestamp(milliseconds: 0), adopted: true)))
    let taken = [allowed, certified, .began(.deliver), Self.delivered]
    #expect(
      try Self.decide(taken, then: [Self.identified(held: "cc", proven: true, trusted: true)])
        == .recover(.deliver))
    for (found, code) in [
      (Self.identified(), FaultCode.identityLost),
      (Self.identified(held: "dd", proven: true), .identityForeign),
      (Self.identified(held: "cc", proven: false), .impostor),
    ] {
      guard case .refuse(let fault, hold: false) = try Self.decide(taken, then: [found]) else {
        Issue.record("worked on: \(found)")
        continue
      }
      #expect(fault.code == code)
    }
  }

  @Test func `a failed step ends the attempt with the outcome of its fault`() throws {
    let unplugged = JournalEntry.failed(.deliver, Fault(.unplugged))
    #expect(try Self.decide([], then: Array(Self.happy.prefix(6)) + [unplugged]) == .finished(.aborted))
    #expect(
      try Self.decide([], then: Array(Self.happy.prefix(6)) + [.failed(.deliver, Fault(.hubStorageFull))])
        == .finished(.failed))
    #expect(
      try Self.decide(Array(Self.happy.prefix(6)) + [unplugged], then: [Self.identified()])
        == .recover(.deliver))
  }

  /// Two hubs that say one serial and no MAC address, on two lines: the rows of both are one story.
  @Test func `an attempt that another one has made void does not pass with the other's certificate`() throws {
    let mine = Array(Self.happy.prefix(8)).map { (Self.first, Self.without(mac: $0)) }
    let other = JournalEntry.done(
      .certified(
        .init(
          certificate: Data([2]), fingerprint: "bb22", issuer: "station-ca",
          notAfter: Timestamp(milliseconds: 0))))
    let theirs: [JournalEntry] = [
      Self.identified(mac: nil), .restarted(revoking: [Self.leaf]), .began(.forge), Self.forged,
      .began(.certify), other, .began(.deliver), Self.delivered,
    ]
    let checked: [(AttemptID, JournalEntry)] = [
      (Self.first, .done(.checked([]))), (Self.first, .began(.finish)), (Self.first, .done(.finished)),
    ]
    for count in 2...theirs.count {
      for after in 0...checked.count {
        let entries = mine + theirs.prefix(count).map { (Self.second, $0) } + checked.prefix(after)
        guard
          case .refuse(let fault, hold: true) = Decide.next(
            try Self.story(entries, now: Self.first), plan: Self.plan)
        else {
          Issue.record("goes on after \(count) rows of the other and \(after) of its own")
          return
        }
        #expect(fault.code == .serialDuplicate)
        // The one that began anew may go on until that hold is written.
        let goesOn = Decide.next(try Self.story(entries, now: Self.second), plan: Self.plan)
        if case .refuse = goesOn { Issue.record("\(goesOn)") }
      }
    }
  }

  private static func without(mac entry: JournalEntry) -> JournalEntry {
    if case .done(.identified) = entry { identified(mac: nil) } else { entry }
  }
}
