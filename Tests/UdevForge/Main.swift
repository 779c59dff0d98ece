import Foundation

/// A world without hardware in which the real libudev works: forged sysfs, forged udev database, forged messages.
///
///     unshare --map-root-user --net --mount UdevForge world     (commands on stdin, answers on stdout)
///     UdevForge echo DEVICE                                     (inside: a line to a plugged device and back)
///     UdevForge watch [--receive-buffer N] [--gates]            (inside: prints what UdevWatcher tells, as JSON Lines)
@main
struct Main {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "world": try World.enter().serve()
    case "echo": try await Echo.run(CommandLine.arguments.last ?? "")
    case "watch": try await Watch.run(Array(CommandLine.arguments.dropFirst(2)))
    default:
      FileHandle.standardError.write(
        Data("usage: UdevForge world | watch [--receive-buffer N] [--gates]\n".utf8))
      exit(64)
    }
  }
}

/// Whole lines, unbuffered: several processes of one world write to one pipe.
func printLine(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
