import ArgumentParser
import SerialFlasher

struct SlotsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The slots in the order of the bench, and what hangs there now.",
    discussion: """
      Serial devices on no slot are listed as seen, not ours: the station never opens them.

      Examples:
        station slots
        station slots list --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try options.loadSettings()
      let devices = try await SerialDevicesNow.look()
      var lines = settings.slots.map { slot in
        SlotLine(
          slot: slot.name, path: slot.path, presence: slot.presence.rawValue, model: slot.model,
          device: devices.first { $0.pathID != nil && $0.pathID == slot.path }?.devicePath)
      }
      let ours = Set(settings.slots.compactMap(\.path))
      lines += devices.filter { device in !ours.contains(device.pathID ?? "") }
        .map { SlotLine(path: $0.pathID, device: $0.devicePath) }
      if options.json {
        for line in lines { print(JSONLine.text(line)) }
        return .done
      }
      var table = TextTable("SLOT", "PRESENCE", "MODEL", "DEVICE", "PATH")
      for line in lines {
        table.add(
          line.slot?.text ?? "not ours", line.presence ?? "-", line.model ?? "any", line.device ?? "-",
          line.path ?? "not taught (station slots teach \(line.slot?.text ?? ""))")
      }
      table.print()
      return .done
    }
  }
}
