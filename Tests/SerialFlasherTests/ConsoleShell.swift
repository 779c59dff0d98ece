import Foundation
import HubDriverContract
import SerialFlasher
import Synchronization

/// The shells that a hub may have; each must be here, for a test that is silently left out proves nothing.
enum ConsoleShell: String, CaseIterable {
  case dash, bash, busybox

  /// Program and arguments of an interactive shell, or the sentence that says what to install.
  func command() throws -> [String] {
    let path = ["/bin", "/usr/bin"].map { "\($0)/\(rawValue)" }.first(
      where: FileManager.default.isExecutableFile)
    guard let path else {
      throw ContractViolation("\(rawValue) is missing: install the package \(rawValue)")
    }
    switch self {
    case .dash: return [path, "-i"]
    case .bash: return [path, "--norc", "-i"]
    case .busybox: return [path, "ash", "-i"]
    }
  }
}

/// A real shell in a scratch folder that plays a hub.
final class ShellHub: ContractHub, Sendable {
  let shell: ConsoleShell
  let folder: String
  let bench: ShellBench
  var root: String { folder + "/root" }
  var history: String { folder + "/history" }
  private let link = Mutex<SerialLink?>(nil)

  let facts = HubFacts(
    serial: "SPK00000001", model: "HUB-2", mac: "02:00:5e:10:00:ff",
    hubID: "90799d3e-b623-5a59-b2aa-e7df099f5daa", firmwareVersion: "4.2.0-rc1 (edge)")

  /// - Parameters:
  ///   - script: run by the shell instead of an interactive session, for hubs that boot or ask who logs in.
  ///   - begin: typed at the first prompt by somebody before the station comes, as a shell's start file would do.
  init(
    _ shell: ConsoleShell, script: String? = nil, environment: [String: String] = [:], pieceLimit: Int? = nil,
    whenShellEnds: ShellBench.ShellEnd = .staysSilent
  ) throws {
    self.shell = shell
    // Memory, where there is a file system in it: syncing a busy disk is no part of what is tested here.
    let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    folder = "\(base)/console-\(UUID().uuidString)"
    let root = "\(folder)/root"
    try FileManager.default.createDirectory(
      atPath: "\(root)/etc/hub", withIntermediateDirectories: true)
    for (name, text) in [
      ("serial", "SPK00000001\n"), ("model", " HUB-2 \n"), ("mac", "02-00-5E-10-00-FF\n"),
      ("uuid", "90799d3e-b623-5a59-b2aa-e7df099f5daa\n"), ("firmware", "4.2.0-rc1 (edge)\n"),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/etc/hub/\(name)"))
    }
    var command = try shell.command()
    if let script {
      let path = "\(folder)/script"
      try Data(script.utf8).write(to: URL(fileURLWithPath: path))
      command = command.filter { $0 != "-i" } + [path]
    }
    let variables = [
      "PATH": "/usr/bin:/bin", "HOME": folder, "HISTFILE": folder + "/history", "TERM": "xterm",
      "PS1": "hub# ",
    ]
    bench = try ShellBench.start(
      shell: command, environment: variables.merging(environment) { _, own in own }, workingDirectory: folder,
      whenShellEnds: whenShellEnds, pieceLimit: pieceLimit, remembering: 8 << 20)
  }

  /// The line first: a device whose name is given to the next hub must not be held by anybody.
  func stop() async {
    await link.withLock { $0 }?.close()
    bench.stop()
    do { try FileManager.default.removeItem(atPath: folder) } catch {}
  }

  var profile: ConsoleProfile {
    var profile = ConsoleProfile.linuxShell(root: root)
    profile.checks = ["echo": "echo '  all well'", "broken": "echo not well >&2; exit 3"]
    profile.setWifiCredentials =
      "umask 077;cat >{root}/etc/wifi.new&&mv -f {root}/etc/wifi.new {root}/etc/wifi"
    profile.hubId = "cat {root}/etc/hub/uuid"
    profile.limits.boot = .seconds(30)
    return profile
  }

  /// Opens the line anew; the one before is closed, as when the station dies.
  func open() async throws -> SerialLink {
    await link.withLock { $0 }?.close()
    let opened = try await SerialLink.open(path: bench.devicePath, baud: 115_200)
    link.withLock { $0 = opened }
    return opened
  }

  func converse() async throws -> any HubDriver { try await converse(profile) }

  func converse(_ profile: ConsoleProfile, password: String? = nil) async throws -> ConsoleDriver {
    ConsoleDriver(line: try await open(), profile: profile, password: password.map(Self.secret))
  }

  static func secret(_ text: String) -> SecretBytes {
    Array(text.utf8).withUnsafeBytes { SecretBytes(copying: $0) }
  }

  func live(_ path: String) async throws -> [UInt8]? { contents("var/lib/hub/identity/\(path)") }

  func network() async throws -> [UInt8]? { contents("etc/wifi") }

  /// Makes an empty file below the hub's folder, for which a script may wait.
  func touch(_ path: String) throws { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(path)")) }

  /// A file below the hub's root.
  func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(root)/\(path)").map { [UInt8]($0) }
  }

  /// All that the shell has shown or remembered.
  func traces() -> [UInt8] {
    bench.transcript() + (FileManager.default.contents(atPath: history).map { [UInt8]($0) } ?? [])
      + (FileManager.default.contents(atPath: folder + "/.ash_history").map { [UInt8]($0) } ?? [])
  }
}

/// Runs `body` with a hub and stops the hub, however `body` ends.
func withShellHub(
  _ shell: ConsoleShell, script: String? = nil, environment: [String: String] = [:], pieceLimit: Int? = nil,
  whenShellEnds: ShellBench.ShellEnd = .staysSilent, _ body: (ShellHub) async throws -> Void
) async throws {
  let hub = try ShellHub(
    shell, script: script, environment: environment, pieceLimit: pieceLimit, whenShellEnds: whenShellEnds)
  do {
    try await body(hub)
  } catch {
    await hub.stop()
    throw error
  }
  await hub.stop()
}
