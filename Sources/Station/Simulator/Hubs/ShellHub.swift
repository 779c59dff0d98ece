import Foundation
import SerialFlasher

/// A hub that is a real shell in a scratch folder, on a pseudo-terminal.
///
/// It keeps its storage over unplugging, but only what its shell had synced: `unplug` kills every process of the
/// shell's session at once and puts the storage back to what it was at the last `sync`.
actor ShellHub {
  nonisolated let options: ShellHubOptions
  nonisolated let tree: ShellHubTree
  /// A link that leads to the present device while the hub is plugged in; the device's own name changes at every plug.
  nonisolated let device: String
  private let clock: any StationClock
  private var bench: ShellBench?
  private var noise: Task<Void, Never>?

  /// Prepares the hub in `folder`, unplugged. What is in the folder from before is kept: it is the same hub.
  init(_ options: ShellHubOptions, folder: String, clock: any StationClock = SystemClock()) async throws {
    self.options = options
    self.clock = clock
    tree = ShellHubTree(folder: folder)
    device = "\(folder)/tty"
    let tree = tree
    try await Self.offThePool { try tree.prepare(options) }
  }

  /// How to speak to this hub.
  nonisolated var profile: ConsoleProfile { ConsoleProfile.linuxShell(root: tree.root) }

  /// How to speak to any shell hub: relative to the folder in which their shells start, so that one model fits all.
  static let sharedProfile = ConsoleProfile.linuxShell(root: ".")

  /// A folder for hubs that live as long as a demo; in memory where the system has a file system there, so that the
  /// hubs' syncs do not wait for this machine's disk.
  static func scratchFolder() -> String {
    let memory = "/dev/shm"
    let base = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
    return "\(base)/station-hubs-\(UUID().uuidString)"
  }

  var isPlugged: Bool { bench != nil }

  /// Power and line: the shell starts, after the boot messages if it has any.
  func plug() async throws {
    guard bench == nil else { return }
    guard let program = options.shell.program else {
      throw PseudoTerminalError.shellNotStarted(program: options.shell.rawValue, errno: ENOENT)
    }
    var command = [program] + options.shell.arguments
    if options.boots {
      command = ["/bin/sh", "-c", #"cat ../boot; exec "$@""#, "boot"] + command
    }
    let started = try ShellBench.start(
      shell: command,
      environment: [
        "PATH": "\(tree.folder)/bin:/usr/bin:/bin", "HOME": tree.folder, "TERM": "vt100",
        "PS1": options.prompt.text, "HISTFILE": "\(tree.folder)/history",
      ],
      workingDirectory: tree.root, whenShellEnds: .startsAgain)
    do { try tree.point(device, at: started.devicePath) } catch {
      started.stop()
      throw error
    }
    bench = started
    if options.kernelNoise { noise = makeNoise(on: started) }
  }

  /// Pulls the plug: what was not synced is lost.
  func unplug() async throws {
    guard let running = bench else { return }
    bench = nil
    noise?.cancel()
    noise = nil
    let (tree, device) = (tree, device)
    try await Self.offThePool {
      try tree.removeLink(device)
      running.stop()
      try tree.restore()
    }
  }

  /// The line as it is now, for looks behind the station's back: everything that was on it.
  func transcript() -> [UInt8] { bench?.transcript() ?? [] }

  /// Unplugs the hub and removes its folder.
  func scrap() async throws {
    try await unplug()
    let tree = tree
    try await Self.offThePool { try tree.remove() }
  }

  private func makeNoise(on bench: ShellBench) -> Task<Void, Never> {
    let (clock, average) = (clock, options.noiseInterval)
    var kernel = KernelNoise(seed: options.seed)
    return Task {
      while true {
        do throws(CancellationError) { try await clock.sleep(for: kernel.pause(average: average)) } catch {
          return
        }
        bench.inject(kernel.line())
      }
    }
  }

  /// Waiting for processes and copying files is not for the threads of the pool.
  private static func offThePool(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { waiter.resume(with: Result { try body() }) }
    }
  }
}

extension ShellHub: PluggableHub {
  func plugIn() async throws(Fault) {
    do { try await plug() } catch {
      throw Fault(.lineFailed, ["device": device, "cause": "\(error)"])
    }
  }

  func open() async throws(Fault) -> HubConnection { try await open(profile: profile) }

  /// - Parameter profile: as the model has it; the checks are its own.
  nonisolated func open(profile: ConsoleProfile, baud: UInt32 = 115_200) async throws(Fault) -> HubConnection
  {
    do throws(LineError) {
      let link = try await SerialLink.open(path: device, baud: baud)
      return HubConnection(driver: ConsoleDriver(line: link, profile: profile), close: { await link.close() })
    } catch { throw Fault(HubError.line(error)) }
  }

  func pullOut() async {
    // Nothing is left to the caller to do: the next plugging in tells that the folder is gone.
    do { try await unplug() } catch {}
  }
}
