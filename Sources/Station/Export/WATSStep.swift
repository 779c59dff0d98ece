/// A step of a WATS report: an action, a sequence of further steps, or a value with its limits.
struct WATSStep: Hashable, Sendable, Encodable {
  struct Call: Hashable, Sendable, Encodable {
    var path: String
    var name: String
    var version: String
  }

  struct Number: Hashable, Sendable, Encodable {
    var compOp: String
    var status: String
    var unit: String
    var value: Double
    var lowLimit: Double?
    var highLimit: Double?

    /// Operators of one limit have it in `lowLimit`, whichever side it is of.
    init(_ reading: CheckResult, _ value: Double) {
      switch (reading.low, reading.high) {
      case (let low?, let high?): (compOp, lowLimit, highLimit) = ("GELE", low, high)
      case (let low?, nil): (compOp, lowLimit) = ("GE", low)
      case (nil, let high?): (compOp, lowLimit) = ("LE", high)
      case (nil, nil): compOp = "LOG"
      }
      self.value = value
      (status, unit) = (WATSStep.status(reading.passed), reading.measure)
    }
  }

  struct Text: Hashable, Sendable, Encodable {
    var compOp = "LOG"
    var status: String
    var value: String
  }

  var id: Int
  var group = "M"
  var stepType: String
  var name: String
  var status: String
  var start: String?
  /// Seconds.
  var totTime: Double?
  var errorMessage: String?
  var seqCall: Call?
  var steps: [WATSStep]?
  var numericMeas: [Number]?
  var stringMeas: [Text]?

  /// The whole attempt.
  init(_ attempt: FinishedAttempt, model: String) {
    (id, stepType, name) = (0, "SequenceCall", "Station")
    status = Self.status(attempt.outcome)
    (start, totTime) = (attempt.opened.description, attempt.seconds)
    seqCall = Call(path: "station", name: model, version: Self.version(attempt.version))
    var next = 1
    steps = attempt.runs.enumerated().map { index, run in
      let isLast = index == attempt.runs.count - 1
      return WATSStep(run, attempt, isLast: isLast, &next)
    }
  }

  private init(_ run: FinishedAttempt.StepRun, _ attempt: FinishedAttempt, isLast: Bool, _ next: inout Int) {
    (id, stepType, name) = (next, "Action", run.step.rawValue)
    next += 1
    (start, totTime) = (run.began.description, Double(run.ended.milliseconds - run.began.milliseconds) / 1000)
    switch run.end {
    case .passed: status = Self.status(true)
    // What was repeated and went well was not the hub's fault.
    case .failed(let fault):
      status = isLast ? Self.status(attempt.outcome) : Self.status(.errored)
      errorMessage = fault.plainText
    case .brokenOff: status = Self.status(.aborted)
    }
    guard !run.readings.isEmpty else { return }
    stepType = "SequenceCall"
    seqCall = Call(path: "station", name: run.step.rawValue, version: Self.version(attempt.version))
    steps = run.readings.map { reading in
      defer { next += 1 }
      return WATSStep(reading, id: next)
    }
  }

  private init(_ reading: CheckResult, id: Int) {
    (self.id, name, status) = (id, reading.name, Self.status(reading.passed))
    if let value = reading.value, value.isFinite {
      stepType = "ET_NLT"
      numericMeas = [Number(reading, value)]
    } else {
      stepType = "ET_SVT"
      stringMeas = [Text(status: status, value: reading.text)]
    }
  }

  static func status(_ outcome: Outcome) -> String {
    switch outcome {
    case .passed: "P"
    case .failed: "F"
    case .errored: "E"
    case .aborted: "T"
    }
  }

  private static func status(_ passed: Bool) -> String { passed ? "P" : "F" }

  /// Of a sequence: 1 to 30 characters.
  private static func version(_ text: String) -> String { text.isEmpty ? "unknown" : String(text.prefix(30)) }
}
