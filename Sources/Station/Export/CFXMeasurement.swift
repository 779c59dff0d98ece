/// What a check read: a number with its unit and limits (NumericMeasurement), or a word (TextMeasurement).
struct CFXMeasurement: Hashable, Sendable, Encodable {
  struct NumericValue: Hashable, Sendable, Encodable {
    var value: Double
    var valueUnits: String
    var minimumAcceptableValue: Double?
    var maximumAcceptableValue: Double?
  }

  /// Which class of the SDK it is: its readers want it first.
  var type: String
  var uniqueIdentifier: String
  var measurementName: String
  var sequence: Int
  var result: CFXUnitsTested.TestResult
  var measuredValue: NumericValue?
  var value: String?

  init(_ reading: CheckResult, identifier: String, sequence: Int) {
    (uniqueIdentifier, measurementName, self.sequence) = (identifier, reading.name, sequence)
    result = reading.passed ? .passed : .failed
    if let number = reading.value, number.isFinite {
      type = "CFX.Structures.NumericMeasurement, CFX"
      measuredValue = NumericValue(
        value: number, valueUnits: reading.measure, minimumAcceptableValue: reading.low,
        maximumAcceptableValue: reading.high)
    } else {
      type = "CFX.Structures.TextMeasurement, CFX"
      value = reading.text
    }
  }
}
