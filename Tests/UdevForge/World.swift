import Foundation

/// Private /sys, /run and /dev, a loopback that is up, and a loop that obeys commands:
///
///     plug NAME [pty=/dev/pts/N] [place=1-1.2] [interface=1.0] [serial=S] [vendor=0403] [product=6001] [path=ID_PATH]
///               [without=ID_PATH,ID_BUS,…] [group=2] [quiet] [ghost]
///     unplug NAME [quiet]        announce NAME add|change|bind        finish NAME
///     plug NAME platform         (a built-in UART such as ttyS0)        unplug-udevd all
///     storm NAME COUNT           hold        release
///     start ROLE PROGRAM ARGUMENT…           signal ROLE TERM|KILL|INT|HUP
///
/// Each is answered by one line, `forge: done …` or `forge: refused …`; a program's end by `forge: ended ROLE STATUS`.
/// End of file on stdin ends every program and the world.
final class World {
  private let monitor: MonitorSocket
  private let gate: Int32
  private var devices: [String: ForgedDevice] = [:]
  private var programs: [String: Process] = [:]
  private var sequence = 1000

  private init(monitor: MonitorSocket, gate: Int32) {
    self.monitor = monitor
    self.gate = gate
  }

  static func enter() throws -> World {
    guard getuid() == 0 else {
      throw WorldError("not root: run me under unshare --map-root-user --net --mount")
    }
    try Mounts.make()
    try Mounts.raiseLoopback()
    mkfifo(Gate.fifo, 0o600)
    // Without udevd's socket libudev takes it that no udevd runs, and listens to nothing.
    try Data().write(to: URL(fileURLWithPath: "/run/udev/control"))
    return World(monitor: try MonitorSocket(), gate: open(Gate.fifo, O_RDWR))
  }

  func serve() {
    printLine("forge: ready")
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let verb = words.first else { continue }
      do {
        try obey(verb, Array(words.dropFirst()))
        printLine("forge: done \(line)")
      } catch {
        printLine("forge: refused \(line): \(error)")
      }
    }
    for program in programs.values where program.isRunning {
      program.terminate()
      program.waitUntilExit()
    }
  }

  private func obey(_ verb: String, _ words: [String]) throws {
    guard let name = words.first ?? (["hold", "release"].contains(verb) ? "" : nil) else {
      throw WorldError("\(verb) what?")
    }
    switch verb {
    case "plug": try plug(ForgedDevice(name: name, options: Array(words.dropFirst())))
    case "unplug": try unplug(name, isQuiet: words.contains("quiet"))
    case "announce": try announce(try device(name), action: words.last ?? "add")
    case "finish": try device(name).writeDatabase(isFinished: true)
    case "storm":
      for _ in 0..<(Int(words.last ?? "") ?? 0) { try announce(try device(name), action: "change") }
    case "hold": try Data().write(to: URL(fileURLWithPath: Gate.holdFile))
    case "release": Gate.release(through: gate)
    case "unplug-udevd": try FileManager.default.removeItem(atPath: "/run/udev/control")
    case "start": try start(name, Array(words.dropFirst()))
    case "signal": try signal(name, words.last ?? "TERM")
    default: throw WorldError("no such command")
    }
  }

  private func device(_ name: String) throws -> ForgedDevice {
    guard let device = devices[name] else { throw WorldError("\(name) is not plugged in") }
    return device
  }

  private func plug(_ device: ForgedDevice) throws {
    if devices[device.name] != nil { throw WorldError("\(device.name) is plugged in already") }
    devices[device.name] = device
    if !device.isGhost {
      try device.writeTree()
      try device.writeDatabase(isFinished: false)
      try device.makeNode()
    }
    if !device.isQuiet { try announce(device, action: "add") }
  }

  private func unplug(_ name: String, isQuiet: Bool) throws {
    let device = try device(name)
    devices[name] = nil
    // In the kernel's order: the node and the whole USB device are gone before anybody hears of it.
    try device.erase()
    if !isQuiet { try announce(device, action: "remove") }
  }

  private func announce(_ device: ForgedDevice, action: String) throws {
    sequence += 1
    let head = [("ACTION", action), ("DEVPATH", device.devicePath), ("SUBSYSTEM", "tty")]
    let tail = [("SEQNUM", String(sequence))]
    try monitor.send(
      MonitorMessage(properties: head + device.messageProperties + tail, subsystem: "tty"),
      group: device.group)
  }

  private func start(_ role: String, _ command: [String]) throws {
    guard let program = command.first else { throw WorldError("start what?") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(command.dropFirst())
    // libudev otherwise asks the kernel whether /sys is a real sysfs.
    process.environment = ProcessInfo.processInfo.environment.merging(["SYSTEMD_DEVICE_VERIFY_SYSFS": "0"]) {
      $1
    }
    process.standardInput = FileHandle(forReadingAtPath: "/dev/null")
    process.terminationHandler = { printLine("forge: ended \(role) \($0.terminationStatus)") }
    try process.run()
    programs[role] = process
  }

  private func signal(_ role: String, _ name: String) throws {
    guard let process = programs[role], process.isRunning else { throw WorldError("\(role) does not run") }
    let numbers = ["TERM": SIGTERM, "KILL": SIGKILL, "INT": SIGINT, "HUP": SIGHUP]
    guard let number = numbers[name] else { throw WorldError("no such signal") }
    kill(process.processIdentifier, number)
  }
}
