import Foundation
import SerialFlasher

/// The model's functional checks: outside its limits the hub is bad; no answer is the station's trouble.
struct CheckStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (_, model, serial) = try visit.known()
    var results: [CheckResult] = []
    for (index, check) in model.checks.enumerated() {
      visit.progress(.check, Double(index) / Double(model.checks.count))
      let answer: String
      do throws(HubError) { answer = try await visit.driver.check(check.name) } catch {
        switch error {
        case .line: throw Fault(error)
        default: throw Fault(.checkUnanswered, ["check": check.name, "serial": serial.text])
        }
      }
      let result = check.judge(Printable.text(answer.trimmingCharacters(in: .whitespacesAndNewlines)))
      guard result.passed else {
        throw Fault(
          .checkOutside,
          [
            "check": check.name, "value": result.text, "measure": check.measure,
            "low": check.low.map { String($0) } ?? "", "high": check.high.map { String($0) } ?? "",
            "expected": check.expected ?? "",
          ])
      }
      results.append(result)
    }
    return .checked(results)
  }
}
