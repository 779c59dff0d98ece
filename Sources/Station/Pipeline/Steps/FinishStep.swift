import SerialFlasher

/// The profile's last commands: remove traces, close the console, power off.
struct FinishStep: StepPerformer {
  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    do throws(HubError) { try await visit.driver.finish() } catch { throw Fault(error) }
    return .finished
  }
}
