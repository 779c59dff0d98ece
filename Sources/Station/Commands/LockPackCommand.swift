import ArgumentParser

struct LockPackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack", abstract: "Say which locks went into the box with a hub.",
    discussion: """
      All of them or none. A lock that is in another box is refused.

      Examples:
        station lock pack SPK00000001 1201 1202
      """)

  @Argument(help: "The hub's serial number or UUID.")
  var hub: String

  @Argument(help: "Numbers of locks.")
  var locks: [Int64]

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...100).contains(locks.count) else { throw ValidationError("Name 1 to 100 locks.") }
  }

  func run() async throws {
    try await options.perform {
      let unit = try await options.unit(hub)
      try await Self.write(locks, unit.hub, .pack, options)
      try await Self.show(unit, options)
      return .done
    }
  }

  static func write(_ locks: [Int64], _ hub: HubID, _ verb: DoorRequest.Verb, _ options: GlobalOptions)
    async throws
  {
    var request = DoorRequest(verb, actor: options.actor)
    request.locks = locks
    request.hub = hub
    if try await options.throughDoor(request) != nil { return }
    let ledger = try await options.writing()
    defer { try? ledger.close() }
    let owing = Owing(journal: ledger, clock: SystemClock(), randomness: SystemRandomness())
    if verb == .pack {
      try await owing.pack(locks, with: hub, actor: options.actor)
    } else {
      try await owing.unpack(locks, from: hub, actor: options.actor)
    }
  }

  static func show(_ unit: UnitRecord, _ options: GlobalOptions) async throws {
    let reader = try options.reading()
    defer { try? reader.close() }
    let kit = try await reader.kit(of: unit.hub)
    if options.json {
      for record in kit { print(JSONLine.text(LockLine(record))) }
    } else {
      let numbers = kit.map { String($0.id) }.joined(separator: " ")
      print("In the box of \(unit.serial.text): \(numbers.isEmpty ? "no lock" : numbers).")
    }
  }
}
