import ArgumentParser
import Foundation
import SerialFlasher

struct SlotsTeachCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teach",
    abstract: "Learn where a slot is: plug a hub into it and it is written into the settings.",
    discussion: """
      The slot must stand in the settings already, with its name. What is plugged in next is taken for it; its line in
      the settings file is changed and nothing else. A running station uses it at once.

      Examples:
        station slots teach A1
        station slots teach A1 --path pci-0000:00:14.0-usb-0:1.1:1.0
        station slots teach A1 --dry-run
      """)

  @Argument(help: "The slot's name, as it stands in the settings.")
  var slot: String

  @Option(help: ArgumentHelp("The ID_PATH, instead of waiting for a plug.", valueName: "id-path"))
  var path: String?

  @Option(help: ArgumentHelp("Wait for so many seconds.", valueName: "seconds"))
  var within = 120

  @Flag(help: "Only show what would be written.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard SlotName(slot) != nil else {
      throw ValidationError("A slot's name is 1 to 16 of A-Z a-z 0-9 . _ -")
    }
    guard (1...3600).contains(within) else { throw ValidationError("--within: 1 to 3600.") }
  }

  func run() async throws {
    try await options.perform {
      let file = options.settingsFile
      let settings = try options.loadSettings()
      guard let name = SlotName(slot), settings.slots.contains(where: { $0.name == name }) else {
        throw CommandError(
          .badData, code: "slot-unknown", "The settings have no slot \(slot).",
          hint: "Add `- name: \(slot)` and its presence under `slots` in \(file) first.")
      }
      let place = try await self.place()
      if let other = settings.slots.first(where: { $0.path == place && $0.name != name }) {
        throw CommandError(
          .badData, code: "slot-taken", "That place is slot \(other.name) already.",
          hint: "Plug into the other socket.")
      }
      let before = try String(contentsOfFile: file, encoding: .utf8)
      let after = try TaughtSettings.text(before, file: file, slot: name, path: place)
      if dryRun {
        print(options.json ? JSONLine.text(SlotLine(slot: name, path: place)) : "\(name): path: \(place)")
        return .done
      }
      try TaughtSettings.replace(file, with: after)
      var request = DoorRequest(.slotsTeach, actor: options.actor)
      request.slot = name
      request.path = place
      let live = try await options.throughDoor(request) != nil
      print(
        options.json
          ? JSONLine.text(SlotLine(slot: name, path: place))
          : "\(name) is at \(place)." + (live ? " The running station uses it from now on." : ""))
      return .done
    }
  }

  private func place() async throws -> String {
    if let path { return path }
    let device = try await SerialDevicesNow.next(within: .seconds(within)) {
      let word = "Plug a hub into slot \(slot) now (or pull it out and put it in again).\n"
      try? FileHandle.standardError.write(contentsOf: Data(word.utf8))
    }
    guard let device else {
      throw CommandError(
        .unavailable, code: "nothing-plugged", "Nothing was plugged in within \(within) seconds.",
        hint: "Check the cable; `station slots` lists what is seen.")
    }
    guard let place = device.pathID else {
      throw CommandError(.badData, code: "no-path", "\(device.devicePath) has no ID_PATH: it is not on USB.")
    }
    return place
  }
}
