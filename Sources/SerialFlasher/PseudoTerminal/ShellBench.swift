import CSerialShims
import Glibc
import Synchronization

/// A hub with a real shell, on a bench without hardware: the shell runs in a session of its own on a pseudo-terminal,
/// and the station opens `devicePath` as if it were a USB-serial adapter.
///
/// The simulator's real-shell hubs are made of it, and tests of the console driver. It never waits for the station: a
/// serial wire has no flow control, so what nobody reads is lost once a mebibyte is behind.
public final class ShellBench: Sendable {
  /// What becomes of the line when the shell ends by itself (`exit`, a power-off command).
  public enum ShellEnd: Sendable {
    /// The hub is off; the adapter stays and nothing answers.
    case staysSilent
    /// The hub took its USB device along.
    case hangsUp
    /// A new shell starts, as getty does.
    case startsAgain
  }

  private struct State {
    var pump: TerminalPump
    var session: ShellSession?
    /// Set by `stop` and `cutPower`: until when the thread waits for the killed leader.
    var stopBy: ContinuousClock.Instant?
    /// When a shell that ended may be started again; a shell that cannot run must not spin.
    var restart: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let wake: WakeSignal
  private let start: @Sendable (_ terminal: String) throws(PseudoTerminalError) -> ShellSession
  private let shellEnd: ShellEnd
  private let thread = Mutex<OwnedThread?>(nil)
  /// A link to the present device, kept up to date over `hangUp` and `plugIn`; nil if none was asked for.
  public let stablePath: String?

  private init(
    pump: TerminalPump, session: ShellSession, wake: WakeSignal, shellEnd: ShellEnd, stablePath: String?,
    start: @escaping @Sendable (_ terminal: String) throws(PseudoTerminalError) -> ShellSession
  ) {
    state = Mutex(State(pump: pump, session: session))
    self.wake = wake
    self.shellEnd = shellEnd
    self.stablePath = stablePath
    self.start = start
  }

  /// Starts a shell and the wire to it.
  ///
  /// - Parameters:
  ///   - shell: program and arguments, for example `["/bin/bash", "--norc", "-i"]`.
  ///   - environment: all of the shell's environment; nothing of the station's is passed on.
  ///   - workingDirectory: must exist.
  ///   - stablePath: where to keep a symbolic link to the device; an existing link there is replaced.
  ///   - whenShellEnds: what the station then sees.
  ///   - pieceLimit: at most so many bytes per write towards the station, so that its reads break at odd places.
  ///   - remembering: how many bytes of each direction `transcript()` and `typed()` keep, the last ones.
  public static func start(
    shell: [String], environment: [String: String], workingDirectory: String, stablePath: String? = nil,
    whenShellEnds: ShellEnd = .staysSilent, pieceLimit: Int? = nil, remembering: Int = 1 << 20
  ) throws(PseudoTerminalError) -> ShellBench {
    guard let wake = WakeSignal() else { throw .failed(call: "eventfd", errno: errno) }
    let outer = try PseudoTerminal(raw: true)
    let inner = try PseudoTerminal(raw: false)
    let startShell: @Sendable (String) throws(PseudoTerminalError) -> ShellSession = {
      terminal throws(PseudoTerminalError) in
      try ShellSession(
        shell: shell, environment: environment, workingDirectory: workingDirectory, terminal: terminal)
    }
    if let stablePath { try StableLink.point(stablePath, at: outer.devicePath) }
    var pump = TerminalPump(outer: outer, inner: inner, remembering: remembering)
    pump.pieceLimit = pieceLimit.map { max($0, 1) }
    let session = try startShell(inner.devicePath)
    let bench = ShellBench(
      pump: pump, session: session, wake: wake, shellEnd: whenShellEnds, stablePath: stablePath,
      start: startShell)
    do {
      // Weak between polls, so that a bench that is dropped without `stop` ends all the same.
      let started = try OwnedThread(name: "shell-bench") { [weak bench, wake] in
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
          guard var polled = bench?.interests() else { return }
          poll(&polled.descriptors, nfds_t(polled.descriptors.count), polled.timeout)
          wake.silence()
          guard let bench, bench.serve(using: &buffer) else { return }
        }
      }
      bench.thread.withLock { $0 = started }
    } catch {
      bench.stop()
      throw .failed(call: "pthread_create", errno: error.errno)
    }
    return bench
  }

  /// The device for the station to open, for example `/dev/pts/7`; the last one while unplugged.
  public var devicePath: String { state.withLock { $0.pump.outerPath } }

  /// Whether the shell still runs.
  public var shellIsRunning: Bool { state.withLock { $0.session != nil } }

  /// Pulls the plug between station and hub: the station's descriptor is hung up, its device is gone, the stable link
  /// too. The shell knows nothing of it and stays in whatever it was doing, until `plugIn`, `cutPower` or `stop`.
  public func hangUp() {
    state.withLock { $0.pump.unplug() }
    removeLink()
    wake.ring()
  }

  /// Plugs the hub in again after `hangUp`: a new device, mostly of another name, and the stable link leads to it.
  @discardableResult
  public func plugIn() throws(PseudoTerminalError) -> String {
    let outer = try PseudoTerminal(raw: true)
    if let stablePath { try StableLink.point(stablePath, at: outer.devicePath) }
    state.withLock {
      $0.pump.unplug()
      $0.pump.plug(outer)
    }
    wake.ring()
    return outer.devicePath
  }

  /// Pulls the plug of a hub that is powered by it: every process of its session is killed at once.
  public func cutPower() {
    state.withLock {
      $0.stopBy = $0.stopBy ?? .now + .seconds(2)
      $0.session?.killAll()
    }
    hangUp()
  }

  /// Puts bytes on the wire to the station as if the hub's kernel had printed them between its shell's own.
  public func inject(_ bytes: [UInt8]) {
    state.withLock { $0.pump.offer(bytes) }
    wake.ring()
  }

  /// What went from hub to station, injected bytes included; the last mebibyte unless `start` was told otherwise.
  public func transcript() -> [UInt8] { state.withLock { $0.pump.heard.contents } }

  /// What the station sent to the hub.
  public func typed() -> [UInt8] { state.withLock { $0.pump.typed.contents } }

  /// Ends the shell and all that it started, takes the device away, waits for the thread. Safe to call twice.
  public func stop() {
    cutPower()
    let running = thread.withLock { held -> OwnedThread? in
      defer { held = nil }
      return held
    }
    running?.join()
    reapLast()
  }

  deinit { stop() }

  private func removeLink() {
    if let stablePath { StableLink.remove(stablePath) }
  }

  private func interests() -> (descriptors: [pollfd], timeout: Int32)? {
    state.withLock { state in
      if let stopBy = state.stopBy, state.session == nil || stopBy < .now { return nil }
      var descriptors = state.pump.interests
      descriptors.append(pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0))
      descriptors.append(pollfd(fd: state.session?.watch ?? -1, events: Int16(POLLIN), revents: 0))
      return (descriptors, state.restart == nil && state.stopBy == nil ? -1 : 50)
    }
  }

  /// False when the bench is over.
  private func serve(using buffer: inout [UInt8]) -> Bool {
    let ended = state.withLock { state -> Bool in
      state.pump.serve(using: &buffer)
      if let session = state.session, session.reap() {
        state.session = nil
        state.restart = .now + .milliseconds(200)
        return true
      }
      return false
    }
    if ended && shellEnd == .hangsUp { hangUp() }
    return state.withLock { state in
      if state.stopBy != nil { return state.session != nil }
      guard let due = state.restart else { return true }
      guard shellEnd == .startsAgain else {
        state.restart = nil
        return true
      }
      if due <= .now { startAgain(&state) }
      return true
    }
  }

  /// A shell that does not start now is tried again: getty does no less.
  private func startAgain(_ state: inout State) {
    do {
      state.session = try start(state.pump.inner.devicePath)
      state.pump.hubIsAway = false
      state.restart = nil
    } catch {
      state.restart = .now + .seconds(1)
    }
  }

  /// The thread has ended or never began. A leader that the system does not let go of is left to it.
  private func reapLast() {
    state.withLock { state in
      state.pump.inner.close()
      guard let session = state.session else { return }
      var watch = pollfd(fd: session.watch, events: Int16(POLLIN), revents: 0)
      poll(&watch, 1, 500)
      _ = session.reap()
      state.session = nil
    }
  }
}
