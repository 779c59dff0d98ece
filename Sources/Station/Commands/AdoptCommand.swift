import ArgumentParser

struct AdoptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Take in hubs that were finished on another station, whose ledger is not here.",
    discussion: """
      Such a hub shows "finished on another station" on its tile and is never overwritten. This allows the identity that
      it proved to hold then: put it in again, and it is proved once more, compared with its model's files, checked,
      recorded here, and registered where the other station did not.

      Examples:
        station adopt SPK00000001 --reason "made on line 2, before the merge" --dry-run
        station adopt SPK00000001 --reason "made on line 2, before the merge" --as 4711
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      var request = DoorRequest(.adopt, actor: options.actor)
      request.hubs = try await options.hubs(named)
      request.reason = named.reason
      request.dryRun = named.dryRun
      let lines: [DispositionLine]
      if let answer = try await options.throughDoor(request, within: .seconds(300)) {
        lines = answer.decisions ?? []
      } else {
        let ledger = try await options.writing()
        defer { try? ledger.close() }
        lines = try await AdoptionVerb(request).perform(
          at: AdoptionDesk(ledger: ledger, actor: options.actor))
      }
      return options.show(lines, past: "adopted", dryRun: named.dryRun)
    }
  }
}
