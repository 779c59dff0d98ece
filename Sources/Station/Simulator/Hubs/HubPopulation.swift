/// The hubs of a simulated day: so many units, drawn from a seed, some of them real shells.
struct HubPopulation: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case inProcess
    case shell(ShellHubOptions)
  }

  struct Member: Hashable, Sendable {
    var nature: SimulatedHub.Nature
    var kind: Kind
  }

  /// In the order in which they come to the bench.
  private(set) var members: [Member]

  /// - Parameters:
  ///   - count: units, 1 to 99,999,999: serials are SPK00000001 and up.
  ///   - shellsPerHundred: of a hundred units so many are real shells; 100 for all.
  ///   - firstSerial: the number in the first unit's serial.
  init(count: Int, seed: UInt64, shellsPerHundred: Int = 25, model: String = "HUB-2", firstSerial: Int = 1) {
    var random = SplitMix(seed: seed, name: "population")
    // The vendor's part of the addresses; locally administered (IEEE 802, second-lowest bit of the first octet).
    let vendor = (0..<2).map { _ in Self.octet(Int.random(in: 0...255, using: &random)) }.joined(
      separator: ":")
    let shells = ShellHubOptions.Shell.installed
    members = (0..<max(0, count)).map { index in
      let number = firstSerial + index
      let serial = "SPK" + String(repeating: "0", count: max(0, 8 - String(number).count)) + String(number)
      let mac =
        "02:\(vendor):" + [16, 8, 0].map { Self.octet(number >> $0 & 0xFF) }.joined(separator: ":")
      let nature = SimulatedHub.Nature(serial: serial, model: model, mac: mac)
      // Drawn for every unit, so that the others stay the same whatever the share is.
      let isShell = Int.random(in: 0..<100, using: &random) < shellsPerHundred
      let draws = (0..<4).map { _ in Int.random(in: 0..<1000, using: &random) }
      guard isShell, !shells.isEmpty else { return Member(nature: nature, kind: .inProcess) }
      var options = ShellHubOptions()
      options.serial = serial
      options.model = model
      options.mac = mac
      options.firmware = nature.firmware ?? ""
      options.shell = shells[draws[0] % shells.count]
      options.prompt = ShellHubOptions.Prompt.allCases[draws[1] % ShellHubOptions.Prompt.allCases.count]
      options.boots = draws[2] % 3 == 0
      options.kernelNoise = draws[3] % 4 == 0
      options.seed = seed &+ UInt64(number)
      return Member(nature: nature, kind: .shell(options))
    }
  }

  /// The hubs themselves, ready to be plugged in.
  ///
  /// - Parameters:
  ///   - folder: where the shell hubs live, each in a folder named after its serial.
  ///   - latency: of each call to an in-process hub.
  func hubs(
    in folder: String, seed: UInt64 = 0, latency: Duration = .zero, clock: any StationClock = SystemClock()
  ) async throws -> [any PluggableHub] {
    var hubs: [any PluggableHub] = []
    for member in members {
      switch member.kind {
      case .inProcess:
        hubs.append(
          PluggableSimulatedHub(
            hub: SimulatedHub(member.nature, seed: seed), latency: latency, clock: clock))
      case .shell(let options):
        hubs.append(
          try await ShellHub(options, folder: "\(folder)/\(options.serial)", clock: clock))
      }
    }
    return hubs
  }

  private static func octet(_ value: Int) -> String {
    (value < 16 ? "0" : "") + String(value, radix: 16)
  }
}
