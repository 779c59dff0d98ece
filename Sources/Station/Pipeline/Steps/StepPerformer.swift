/// One step of the pipeline. `perform` does it; `recover` finds out what became of it when its end is not known.
protocol StepPerformer: Sendable {
  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence

  /// - Returns: the evidence when the step turns out to be done; nil when everything from the key on is to be begun
  ///   anew.
  func recover(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence?
}

extension StepPerformer {
  /// Most steps can simply be done again.
  func recover(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence? {
    try await perform(visit, story: story)
  }
}
