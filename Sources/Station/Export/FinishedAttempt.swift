import Foundation

/// One attempt of a unit from plug to result, as its rows tell it: what a test report is made of.
struct FinishedAttempt: Hashable, Sendable {
  /// One end of one step; a step that was repeated has several.
  struct StepRun: Hashable, Sendable {
    enum End: Hashable, Sendable {
      case passed
      case failed(Fault)
      /// The attempt ended in the middle of it.
      case brokenOff
    }

    var step: Step
    var began: Timestamp
    var ended: Timestamp
    var end: End
    /// What a functional check read, good or bad.
    var readings: [CheckResult] = []
  }

  var attempt: AttemptID
  var station: String
  var slot: SlotName?
  var actor: String
  /// Of the program.
  var version: String
  var firmware: String?
  var opened: Timestamp
  var closed: Timestamp
  var outcome: Outcome
  var fault: Fault?
  var runs: [StepRun] = []

  var seconds: Double { Double(closed.milliseconds - opened.milliseconds) / 1000 }

  /// - Parameter rows: all rows of one attempt, the oldest first; those behind its end are not looked at.
  /// - Returns: nil when it goes on.
  init?(_ rows: [JournalRow]) throws(Fault) {
    guard let end = rows.firstIndex(where: { $0.kind == "attempt.closed" }), let attempt = rows[0].attempt,
      case .closed(let outcome, let fault) = try rows[end].entry()
    else { return nil }
    let (first, last) = (rows[0], rows[end])
    self.attempt = attempt
    (station, slot, actor, version) = (first.station, first.slot, first.actor, Self.version(first))
    (opened, closed, self.outcome, self.fault) = (first.time, last.time, outcome, fault)
    var begun: (step: Step, time: Timestamp)?
    var before = first.time
    for row in rows[...end] {
      func end(_ step: Step, _ end: StepRun.End, _ readings: [CheckResult] = []) {
        let began = begun?.step == step ? begun?.time : nil
        runs.append(
          StepRun(step: step, began: began ?? before, ended: row.time, end: end, readings: readings))
        begun = nil
      }
      switch try row.entry() {
      case .began(let step): begun = (step, row.time)
      case .done(let evidence):
        if case .identified(let found) = evidence { firmware = found.firmware }
        if case .flashed(let version) = evidence { firmware = version }
        if case .checked(let results) = evidence {
          end(.check, .passed, results)
        } else {
          end(evidence.step, .passed)
        }
      case .failed(let step, let fault):
        end(step, .failed(fault), CheckResult(fault).map { [$0] } ?? [])
      case .closed: if let step = begun?.step { end(step, .brokenOff) }
      default: break
      }
      before = row.time
    }
  }

  private static func version(_ row: JournalRow) -> String {
    struct Versions: Decodable { var station: String? }
    let versions = try? JSONDecoder().decode(Versions.self, from: Data(row.versions.utf8))
    return versions?.station ?? ""
  }
}

extension Fault {
  /// Code and values, and no sentence: sentences may change, and a revision has the same bytes for ever.
  var plainText: String {
    ([code.rawValue] + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(
      separator: " ")
  }
}
