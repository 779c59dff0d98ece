/// The heart: what the journal says is to be done next. A pure function of the hub's rows.
///
/// No column "current state" is asked. A crash, a pulled plug and a power cut all look the same from here: rows that
/// end early, and an attempt that is new.
enum Decide {
  static func next(_ story: HubStory, plan: UnitPlan) -> Decision {
    if let outcome = story.current.closed { return .finished(outcome) }
    if let fault = story.current.failed { return .finished(fault.outcome) }
    guard let identification = story.current.identification else { return .run(.identify) }
    // The pass and the close are one transaction, so this is only seen by a reader that looks at the rows in between.
    if story.current.done.contains(.pass) { return .finished(.passed) }
    // No hub is in two places: another one says the same serial, on another line.
    if story.current.isVoid {
      return .refuse(
        Fault(
          .serialDuplicate,
          [
            "serial": identification.serial.text, "mac": identification.mac ?? "unknown",
            "other": "another slot",
          ]),
        hold: story.hold == nil)
    }
    if let standing = standing(of: identification, in: story) { return standing }
    return work(story, plan: plan, identification: identification)
  }

  /// Whether this hub may be worked on at all; nil when it may.
  private static func standing(of hub: Identification, in story: HubStory) -> Decision? {
    if let mac = hub.mac, let other = story.otherMACs.values.filter({ $0 != mac }).min() {
      return .refuse(
        Fault(.serialDuplicate, ["serial": hub.serial.text, "mac": mac, "other": other]),
        hold: story.hold == nil)
    }
    if story.disposition == .scrapped {
      return .refuse(Fault(.unitScrapped, ["serial": hub.serial.text]), hold: false)
    }
    // A rework that was not finished holds its unit until it is.
    if let hold = story.hold, !(story.isRework && hold.code == .reworkUnfinished) {
      return .refuse(
        Fault(
          .unitOnHold, ["serial": hub.serial.text, "reason": hold.values["reason"] ?? hold.code.rawValue]),
        hold: false)
    }
    if [.shipped, .returned, .recalled].contains(story.disposition) {
      return .refuse(
        Fault(.unitDeparted, ["serial": hub.serial.text, "state": story.disposition.rawValue]), hold: false)
    }
    if let passed = story.passed, !story.isRework {
      guard let held = hub.heldCertificate else {
        return .refuse(Fault(.identityLost, ["serial": hub.serial.text, "certificate": passed]), hold: false)
      }
      guard held == passed else {
        return .refuse(
          Fault(.identityForeign, ["serial": hub.serial.text, "held": held, "certificate": passed]),
          hold: false)
      }
      guard hub.proof != nil else {
        return .refuse(Fault(.impostor, ["serial": hub.serial.text, "certificate": held]), hold: false)
      }
      return .finished(.passed)
    }
    if let held = hub.heldCertificate, hub.heldIsTrusted, story.issued[held] == nil {
      guard hub.proof != nil else {
        return .refuse(Fault(.impostor, ["serial": hub.serial.text, "certificate": held]), hold: false)
      }
      if story.adoption?.certificate == held, story.passed == nil { return .adopt }
      return .refuse(
        Fault(.finishedElsewhere, ["serial": hub.serial.text, "certificate": held]), hold: false)
    }
    return adopted(hub, in: story)
  }

  /// An identity that was taken in is another station's work: what became of it meanwhile is not made anew in silence.
  private static func adopted(_ hub: Identification, in story: HubStory) -> Decision? {
    guard let adopted = story.generation.certified?.evidence, adopted.adopted == true else { return nil }
    let values = ["serial": hub.serial.text, "certificate": adopted.fingerprint]
    guard let held = hub.heldCertificate else { return .refuse(Fault(.identityLost, values), hold: false) }
    guard held == adopted.fingerprint else {
      return .refuse(
        Fault(.identityForeign, values.merging(["held": held]) { $1 }), hold: false)
    }
    return hub.proof == nil ? .refuse(Fault(.impostor, values), hold: false) : nil
  }

  private static func work(_ story: HubStory, plan: UnitPlan, identification: Identification) -> Decision {
    let (current, generation) = (story.current, story.generation)
    if let certified = generation.certified {
      if !current.done.contains(.deliver) {
        if generation.begun.contains(.deliver) { return .recover(.deliver) }
        // Of an earlier attempt, and never on its way to the hub: the station's key died with its process, and a
        // staged one is asked for its request again. Either way the certificate is spent.
        guard certified.attempt == story.attempt else {
          return .restart(revoking: [certified.evidence.fingerprint])
        }
        return .run(.deliver)
      }
    } else {
      if let forged = generation.forged, forged.attempt == story.attempt {
        return current.begun.contains(.certify) ? .recover(.certify) : .run(.certify)
      }
      return current.begun.contains(.forge) ? .recover(.forge) : .run(.forge)
    }
    for step in plan.steps.drop(while: { $0 != .verify }) where !current.done.contains(step) {
      return current.begun.contains(step) ? .recover(step) : .run(step)
    }
    return .finished(.passed)
  }
}
