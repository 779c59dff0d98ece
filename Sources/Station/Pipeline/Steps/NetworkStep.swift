import SerialFlasher

/// Tells the hub the model's wireless network over the line, where the passphrase stays between station and hub: the way
/// through the cloud leaves it in the device shadow. Telling it twice is telling it once, so after a crash it is told
/// again.
struct NetworkStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (_, model, _) = try visit.known()
    guard let name = model.network else {
      throw Fault(.settingsInvalid, ["key": "models.\(model.id).network", "value": "none"])
    }
    let network = try await bench.network(name)
    do throws(HubError) { try await visit.driver.setNetwork(network) } catch { throw Fault(error) }
    return .networkSet(name)
  }
}
