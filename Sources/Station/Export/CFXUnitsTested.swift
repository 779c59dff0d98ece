/// Every step of an attempt as a test with its result, its readings, and the symptom where it failed.
struct CFXUnitsTested: CFXMessage {
  enum TestResult: String, Hashable, Sendable, Encodable {
    case passed = "Passed"
    case failed = "Failed"
    case error = "Error"
    case aborted = "Aborted"

    init(_ outcome: Outcome) {
      switch outcome {
      case .passed: self = .passed
      case .failed: self = .failed
      case .errored: self = .error
      case .aborted: self = .aborted
      }
    }
  }

  struct Tester: Hashable, Sendable, Encodable {
    var operatorIdentifier: String
    var actorType = "Human"
  }

  struct SamplingInformation: Hashable, Sendable, Encodable {
    var samplingMethod = "NoSampling"
  }

  struct TestedUnit: Hashable, Sendable, Encodable {
    var unitIdentifier: String
    var unitPositionNumber = 1
    var overallResult: TestResult
    var tests: [Test]
  }

  struct Test: Hashable, Sendable, Encodable {
    var uniqueIdentifier: String
    /// The step.
    var testName: String
    var testStartTime: Timestamp
    var testEndTime: Timestamp
    var testConditions: [String] = []
    var result: TestResult
    /// Why it could not be ended.
    var error: String?
    var symptomsFound: [Symptom] = []
    var defectsFound: [String] = []
    /// Those that no symptom tells of.
    var measurements: [CFXMeasurement] = []
  }

  struct Symptom: Hashable, Sendable, Encodable {
    var uniqueIdentifier: String
    /// The fault's code.
    var symptomCode: String
    var description: String
    var componentsOfInterest: [String] = []
    var priority = 1
    var relatedMeasurements: [CFXMeasurement]
  }

  static let name = "CFX.Production.TestAndInspection.UnitsTested"
  var transactionId: String
  var testMethod = "Automated"
  var tester: Tester
  var samplingInformation = SamplingInformation()
  var testedUnits: [TestedUnit]

  init(_ attempt: FinishedAttempt, serial: String, transaction: String) {
    transactionId = transaction
    tester = Tester(operatorIdentifier: attempt.actor)
    let tests = attempt.runs.enumerated().map { index, run in
      Test(run, attempt, index, isLast: index == attempt.runs.count - 1)
    }
    testedUnits = [
      TestedUnit(unitIdentifier: serial, overallResult: TestResult(attempt.outcome), tests: tests)
    ]
  }
}

extension CFXUnitsTested.Test {
  fileprivate init(
    _ run: FinishedAttempt.StepRun, _ attempt: FinishedAttempt, _ index: Int, isLast: Bool
  ) {
    func identifier(_ word: String) -> String { attempt.attempt.derivedUUID("\(index)/\(word)") }
    let readings = run.readings.enumerated().map { place, reading in
      CFXMeasurement(reading, identifier: identifier("reading/\(place)"), sequence: place + 1)
    }
    uniqueIdentifier = identifier("test")
    testName = run.step.rawValue
    (testStartTime, testEndTime) = (run.began, run.ended)
    switch run.end {
    case .passed: (result, measurements) = (.passed, readings)
    // What was repeated and went well was not the hub's fault.
    case .failed(let fault):
      result = isLast ? .init(attempt.outcome) : .error
      if result == .failed {
        symptomsFound = [
          .init(
            uniqueIdentifier: identifier("symptom"), symptomCode: fault.code.rawValue,
            description: fault.plainText, relatedMeasurements: readings)
        ]
      } else {
        (error, measurements) = (fault.plainText, readings)
      }
    case .brokenOff: result = .aborted
    }
  }
}
