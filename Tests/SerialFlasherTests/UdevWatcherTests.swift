import Foundation
import SerialFlasher
import Testing

/// The real libudev, with messages, sysfs and database forged in a namespace.
@Suite("Watching udev")
struct UdevWatcherTests {
  /// Runs beside Swift's pool: the world is talked to by blocking calls.
  private func inWorld(_ body: @escaping @Sendable (UdevWorld) throws -> Void) async throws {
    try await onThread {
      let world = try UdevWorld()
      defer { world.end() }
      try body(world)
    }
  }

  @Test func `what is there at the start is told before ready, and what comes later after it`() async throws {
    try await inWorld { world in
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      try world.startWatching()
      let present = try world.next()
      #expect(present.event == "appeared")
      #expect(
        present.device
          == SerialDevice(
            devicePath: "/dev/ttyUSB0",
            sysPath: "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.2/1-1.2:1.0/ttyUSB0/tty/ttyUSB0",
            pathID: "pci-0000:00:14.0-usb-0:1.2:1.0", bus: "usb", vendorID: 0x0403, productID: 0x6001,
            productName: "Forged_UART", usbSerial: "A1", usbTopology: "1-1.2", major: 188, minor: 0))
      #expect(try world.next().event == "ready")
      try world.tell("plug ttyUSB1 place=1-1.3")
      let plugged = try world.next()
      #expect(plugged.event == "appeared")
      #expect(plugged.device?.devicePath == "/dev/ttyUSB1")
      #expect(plugged.device?.usbSerial == nil, "an adapter without a serial is a device all the same")
    }
  }

  @Test func `a device that is plugged in between listening and looking is told once`() async throws {
    try await inWorld { world in
      try world.startWatching("--gates")
      #expect(try world.next().event == "listening")
      try world.tell("plug ttyUSB0 place=1-1.1")
      // Seen by nobody's eyes, only heard: gone again before the look.
      try world.tell("plug ttyUSB1 place=1-1.2")
      try world.tell("unplug ttyUSB1")
      try world.tell("release")
      let lines = try world.next(4)
      #expect(lines.map(\.event) == ["appeared", "ready", "appeared", "disappeared"])
      #expect(lines.map { $0.device?.devicePath } == ["/dev/ttyUSB0", nil, "/dev/ttyUSB1", "/dev/ttyUSB1"])
      try expectOnlySentinel(world)
    }
  }

  @Test func `an unplugged device is told with the identity it came with`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      let came = try world.next()
      try world.tell("unplug ttyUSB0")
      let went = try world.next()
      #expect(went.event == "disappeared")
      #expect(went.device == came.device)
      #expect(went.device?.usbSerial == "A1")
    }
  }

  @Test func `repeated adds, changes and binds make no second device`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      #expect(try world.next().event == "appeared")
      for action in ["add", "bind", "bind", "change", "add"] { try world.tell("announce ttyUSB0 \(action)") }
      try expectOnlySentinel(world)
    }
  }

  @Test func `what only the kernel says is not listened to`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1 group=1")
      try expectOnlySentinel(world)
    }
  }

  @Test func `without a udevd the watcher says so instead of waiting for ever`() async throws {
    try await inWorld { world in
      try world.tell("unplug-udevd all")
      try world.startWatching()
      let line = try world.next()
      #expect(line.event == "lost")
      #expect(line.text == "no udevd runs on this machine (/run/udev/control is missing)")
    }
  }

  @Test func `a device that is not on USB is not told about`() async throws {
    try await inWorld { world in
      try world.tell("plug ttyS0 platform")
      try world.startWatching()
      #expect(try world.next().event == "ready")
      try world.tell("plug ttyS1 platform")
      try expectOnlySentinel(world)
    }
  }

  @Test func `a device that udev has not finished is told when it is`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      // A plug that was pulled at once: the ID_PATH of the hub above, and nothing in sysfs any more.
      try world.tell("plug ttyUSB7 place=1-1.7 ghost path=pci-0000:00:14.0-usb-0:1")
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1 without=ID_PATH,ID_BUS")
      // No further message: the watcher looks again by itself, at ttyUSB7 earlier than at this one.
      try world.tell("finish ttyUSB0")
      let told = try world.next()
      #expect(told.event == "appeared")
      #expect(told.device?.pathID == "pci-0000:00:14.0-usb-0:1.2:1.0")
      try expectOnlySentinel(world)
    }
  }

  @Test func `a change tells of a device whose add was lost`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 quiet")
      try world.tell("announce ttyUSB0 change")
      #expect(try world.next().device?.devicePath == "/dev/ttyUSB0")
    }
  }

  @Test func `a quick pull after a plug is an appearance and a disappearance`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tellAtOnce(["plug ttyUSB0 place=1-1.2 serial=A1", "unplug ttyUSB0"])
      let lines = try world.next(2)
      #expect(lines.map(\.event) == ["appeared", "disappeared"])
      #expect(lines[0].device == lines[1].device)
      try expectOnlySentinel(world)
    }
  }

  @Test func `the remove of a device that never was complete is not told`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 without=ID_PATH")
      try world.tell("unplug ttyUSB0")
      // A plug that is pulled before udev has a word to say of it but the hub's above.
      try world.tell("plug ttyUSB1 place=1-1.3 ghost path=pci-0000:00:14.0-usb-0:1 without=ID_SERIAL_SHORT")
      try world.tell("unplug ttyUSB1")
      try expectOnlySentinel(world)
    }
  }

  @Test func `two adapters with one serial are both told, and the operator is warned once`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=SAME")
      try world.tell("plug ttyUSB1 place=1-1.3 serial=SAME")
      try world.tell("announce ttyUSB1 change")
      let lines = try world.next(3)
      #expect(lines.map(\.event) == ["appeared", "appeared", "sharedSerial"])
      #expect(lines[2].text == "SAME")
      #expect(lines[2].devices?.map(\.usbTopology) == ["1-1.2", "1-1.3"])
      #expect(Set(lines.prefix(2).map { $0.device?.pathID }).count == 2)
      try expectOnlySentinel(world)
    }
  }

  @Test func `the channels of one adapter share its serial rightly`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 interface=1.0 serial=SAME")
      try world.tell("plug ttyUSB1 place=1-1.2 interface=1.1 serial=SAME")
      let lines = try world.next(2)
      #expect(lines.map { $0.device?.pathID } == ["1.0", "1.1"].map { "pci-0000:00:14.0-usb-0:1.2:\($0)" })
      try expectOnlySentinel(world)
    }
  }

  @Test func `a name that goes to another socket at once is another device`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      try world.tell("unplug ttyUSB0")
      try world.tell("plug ttyUSB0 place=1-1.4 serial=B2")
      let lines = try world.next(3)
      #expect(lines.map(\.event) == ["appeared", "disappeared", "appeared"])
      #expect(lines.map { $0.device?.usbTopology } == ["1-1.2", "1-1.2", "1-1.4"])
      // The same, with the remove lost on the way.
      try world.tell("unplug ttyUSB0 quiet")
      try world.tell("plug ttyUSB0 place=1-1.3 serial=C3")
      let more = try world.next(2)
      #expect(more.map(\.event) == ["disappeared", "appeared"])
      #expect(more.map { $0.device?.usbTopology } == ["1-1.4", "1-1.3"])
    }
  }

  @Test func `a replug whose remove was lost is still a replug`() async throws {
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      try world.tell("unplug ttyUSB0 quiet")
      try world.tell("plug ttyUSB0 place=1-1.2 serial=A1")
      let lines = try world.next(3)
      #expect(lines.map(\.event) == ["appeared", "disappeared", "appeared"])
    }
  }

  @Test func `forty devices at once are forty devices`() async throws {
    try await inWorld { world in
      try world.tellAtOnce((0..<20).map { "plug ttyUSB\($0) place=1-1.\($0 + 1) serial=S\($0)" })
      try world.startWatching()
      try world.tellAtOnce((20..<40).map { "plug ttyUSB\($0) place=1-1.\($0 + 1) serial=S\($0)" })
      let lines = try world.next(41).filter { $0.event == "appeared" }
      #expect(Set(lines.map { $0.device?.pathID }).count == 40)
      try world.tellAtOnce((0..<40).map { "unplug ttyUSB\($0)" })
      let gone = try world.next(40)
      #expect(gone.allSatisfy { $0.event == "disappeared" })
      #expect(Set(gone.map { $0.device?.usbSerial }) == Set((0..<40).map { "S\($0)" }))
    }
  }

  @Test func `after lost messages everything is looked at, and nothing stale comes up`() async throws {
    try await inWorld { world in
      try world.tell("plug ttyUSB0 place=1-1.1 serial=A")
      try world.tell("plug ttyUSB1 place=1-1.2 serial=B")
      try world.tell("plug ttyUSB2 place=1-1.3 serial=C")
      try world.startWatching("--gates --receive-buffer 16384")
      #expect(try world.next().event == "listening")
      try world.tell("release")
      #expect(try world.next(4).map(\.event) == ["appeared", "appeared", "appeared", "ready"])

      try world.tell("hold")
      try world.tell("plug ttyUSB5 place=1-1.5 serial=STALE")
      #expect(try world.next().event == "held")
      // The add above is in the socket; from here on nothing fits.
      try world.tell("storm ttyUSB2 3000")
      try world.tell("unplug ttyUSB5")
      try world.tell("unplug ttyUSB0")
      try world.tell("unplug ttyUSB1")
      try world.tell("plug ttyUSB1 place=1-1.2 serial=B")
      try world.tell("plug ttyUSB6 place=1-1.6 serial=NEW")
      try world.tell("release")
      let lines = try world.next(4)
      #expect(lines.map(\.event) == ["disappeared", "disappeared", "appeared", "appeared"])
      #expect(lines.map { $0.device?.usbSerial } == ["A", "B", "B", "NEW"])
      try expectOnlySentinel(world)
    }
  }

  @Test func `the node of a told device is a line to its hub, and pulling it is unplugged`() async throws {
    let bench = try ShellBench.start(
      shell: ["/bin/sh", "-c", "stty raw -echo; exec cat"], environment: ["PATH": "/usr/bin:/bin"],
      workingDirectory: "/")
    defer { bench.stop() }
    let terminal = bench.devicePath
    try await inWorld { world in
      try world.startWatching()
      _ = try world.next()
      try world.tell("plug ttyUSB0 place=1-1.2 pty=\(terminal)")
      #expect(try world.next().device?.devicePath == "/dev/ttyUSB0")
      try world.tell("start echo \(UdevWorld.program) echo /dev/ttyUSB0")
      #expect(try world.next() == .init(event: "echoed", text: "over the bridge"))
      bench.hangUp()
      #expect(try world.next() == .init(event: "unplugged", text: "/dev/ttyUSB0"))
    }
  }

  /// Nothing else was told: the next event is of a device that is plugged in only now.
  private func expectOnlySentinel(_ world: UdevWorld) throws {
    try world.tell("plug ttyUSB99 place=3-9 serial=SENTINEL")
    let line = try world.next()
    #expect(line.event == "appeared")
    #expect(line.device?.usbSerial == "SENTINEL")
  }
}
