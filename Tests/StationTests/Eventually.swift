/// Lets others run until the condition holds. A condition that never does fails the test in a minute, by its name,
/// instead of holding up the whole run.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try await !condition() {
    try Task.checkCancellation()
    guard ContinuousClock.now < deadline else { throw NeverCameTrue(what: what) }
    await Task.yield()
  }
}

struct NeverCameTrue: Error, CustomStringConvertible {
  var what: String
  var description: String { "never came true: \(what)" }
}
