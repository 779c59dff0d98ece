import Foundation

/// How a shell hub looks and behaves.
struct ShellHubOptions: Hashable, Sendable {
  enum Shell: String, Hashable, Sendable, CaseIterable {
    case dash, bash, busybox

    /// Where the program is on this machine; nil if it is not installed.
    var program: String? {
      ["/bin/\(rawValue)", "/usr/bin/\(rawValue)"].first(where: FileManager.default.isExecutableFile)
    }

    var arguments: [String] {
      switch self {
      case .dash: ["-i"]
      case .bash: ["--norc", "--noprofile", "-i"]
      case .busybox: ["ash", "-i"]
      }
    }

    static var installed: [Shell] { allCases.filter { $0.program != nil } }
  }

  enum Prompt: String, Hashable, Sendable, CaseIterable {
    case plain
    /// With escape sequences before and behind, and the terminal's title set, as distributions ship it.
    case coloured
    /// Says nothing at all.
    case empty

    var text: String {
      switch self {
      case .plain: "# "
      case .coloured: "\u{1B}]0;hub\u{7}\u{1B}[1;32mroot@hub\u{1B}[0m:\u{1B}[1;34m~\u{1B}[0m# "
      case .empty: ""
      }
    }
  }

  var serial = "SPK00000001"
  var model = "HUB-2"
  var mac = "02:00:5e:10:00:01"
  var firmware = "2.4.1"
  var shell = Shell.dash
  var prompt = Prompt.plain
  /// Prints its boot messages first, each time it is plugged in.
  var boots = false
  /// Kernel lines appear between the shell's own, at instants drawn from the seed.
  var kernelNoise = false
  /// So long between two of them on average.
  var noiseInterval: Duration = .milliseconds(150)
  var seed: UInt64 = 0
}
