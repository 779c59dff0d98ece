/// A hub's story as a page of text.
enum UnitStoryText {
  static func lines(_ story: UnitStory) -> [String] {
    let unit = story.unit
    var lines = [
      "\(PrintableText.of(unit.serial.text, limit: 64))  \(unit.model)  \(unit.hub.text)",
      "  \(unit.outcome?.rawValue ?? "at work"), \(unit.disposition.rawValue), cloud: \(unit.registration.rawValue)"
        + (unit.onHold ? ", ON HOLD: \(unit.hold ?? "")" : ""),
    ]
    let facts = [
      ("batch", unit.batch?.text), ("MAC", unit.mac), ("firmware", unit.firmware), ("thing", unit.thing),
    ]
    .compactMap { name, value in value.map { "\(name) \(PrintableText.of($0, limit: 64))" } }
    if !facts.isEmpty { lines.append("  " + facts.joined(separator: ", ")) }
    for (index, attempt) in story.attempts.enumerated() {
      lines += ["", "Attempt \(index + 1) of \(story.attempts.count): \(title(attempt))"]
      lines += attempt.steps.map { step($0) }
      if let sentence = attempt.sentence { lines.append("    \(sentence) \(attempt.hint ?? "")") }
      for certificate in attempt.revoked { lines.append("    made void: \(certificate)") }
    }
    if let certificate = story.certificate {
      lines += ["", "Certificate"] + certificate.lines.map { "    " + $0 }
    }
    if !story.kit.isEmpty {
      lines += ["", "In the box"]
      var table = TextTable("LOCK", "SERIAL", "UUID", "SINCE", "VENDOR'S CLOUD")
      for lock in story.kit {
        table.add(
          String(lock.lock), lock.serial ?? "", lock.uuid,
          String(lock.packed?.description.prefix(19) ?? ""), lock.state.rawValue)
      }
      lines += table.lines.map { "    " + $0 }
    }
    if !story.outbox.isEmpty {
      lines += ["", "Cloud"]
      var table = TextTable("KIND", "STATE", "SINCE", "")
      for entry in story.outbox {
        table.add(
          entry.kind.rawValue, entry.state.rawValue, String(entry.since.description.prefix(19)),
          entry.sentence ?? "")
      }
      lines += table.lines.map { "    " + $0 }
    }
    if !story.holds.isEmpty {
      lines += ["", "Decisions"]
      lines += story.holds.map {
        "    row \($0.row), \($0.time.description.prefix(19)) \($0.word) by \(PrintableText.of($0.actor, limit: 64)): \($0.text)"
      }
    }
    return lines + [""]
  }

  private static func title(_ attempt: UnitStory.AttemptStory) -> String {
    var words = ["\(attempt.outcome?.rawValue ?? "open")", "\(attempt.opened.description.prefix(19))"]
    if let closed = attempt.closed {
      words.append(seconds(closed.milliseconds - attempt.opened.milliseconds))
    }
    if let slot = attempt.slot { words.append("slot \(slot.text)") }
    words.append("by \(PrintableText.of(attempt.actor, limit: 64))")
    return words.joined(separator: ", ")
  }

  private static func step(_ step: UnitStory.StepStory) -> String {
    let word = TextColumns.fit(step.step.rawValue, to: 9) + TextColumns.fit(step.state, to: 7)
    var text = step.sentence ?? step.evidence ?? (step.state == "began" ? "its end is not known" : "")
    // The row that `correct --batch` names.
    if step.step == .identify, step.state == "done" { text += ", row \(step.row)" }
    return "    \(word)\(TextColumns.fit(seconds(step.milliseconds), to: 9))\(text)"
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
  }
}
