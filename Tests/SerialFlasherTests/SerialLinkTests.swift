import CSerialShims
import Foundation
import Testing

@testable import SerialFlasher

@Suite("Serial link")
struct SerialLinkTests {
  /// A terminal in its ordinary, canonical mode: what makes a wire of it is the link's own doing.
  private func terminal() throws -> (pair: PseudoTerminal, hub: OpenDevice) {
    let pair = try PseudoTerminal(raw: false)
    return (pair, OpenDevice(borrowing: pair.master))
  }

  private func listen(_ link: SerialLink, for count: Int) async throws -> [UInt8] {
    var heard: [UInt8] = []
    while heard.count < count {
      let some = try await link.receive(within: .seconds(10))
      try #require(!some.isEmpty, "ten seconds of silence after \(heard.count) of \(count) bytes")
      heard += some
    }
    return heard
  }

  @Test func `every byte value passes in both directions, three times over`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let all = (0..<3).flatMap { _ in (0...255).map { UInt8($0) } }
    try await link.send(all)
    #expect(try await onThread { try hub.read(count: all.count) } == all)
    try hub.write(all)
    #expect(try await listen(link, for: all.count) == all)
    #expect(try await link.receive(within: .zero).isEmpty, "no echo and nothing added")
    await link.close()
  }

  @Test func `a secret goes out whole, straight from its memory`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let secret = bytes.withUnsafeBytes { SecretBytes(copying: $0) }
    try await link.send(secret: secret)
    #expect(try await onThread { try hub.read(count: bytes.count) } == bytes)
    await link.close()
  }

  @Test(arguments: [UInt32(9600), 115_200, 921_600, 1_234_567, 31_250])
  func `the line runs at the asked rate`(baud: UInt32) async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: baud)
    var taken: UInt32 = 0
    #expect(station_line_read_rate(hub.descriptor, &taken) == 0)
    // A pseudo-terminal's master answers for its device.
    #expect(taken == baud)
    await link.close()
  }

  @Test func `a rate of zero would hang up and is refused`() async throws {
    let (pair, _) = try terminal()
    await #expect(throws: LineError.baudRateRefused(device: pair.devicePath, baud: 0)) {
      try await SerialLink.open(path: pair.devicePath, baud: 0)
    }
  }

  @Test func `a second opener finds the device busy until the first lets go`() async throws {
    let (pair, _) = try terminal()
    let first = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    await #expect(throws: LineError.busy(device: pair.devicePath)) {
      try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    }
    await first.close()
    let second = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    await second.close()
  }

  @Test func `a device that is dropped without closing is free again`() async throws {
    let (pair, _) = try terminal()
    _ = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    try await eventually("the lock is gone") {
      let descriptor = open(pair.devicePath, O_RDWR | O_NOCTTY)
      defer { close(descriptor) }
      return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
  }

  @Test func `exclusive mode is for adapters and not for pseudo-terminals, where it would outlive us`() throws
  {
    #expect(LineDescriptor.isExclusive(deviceNumber: 188 << 8 | 3))
    #expect(LineDescriptor.isExclusive(deviceNumber: 166 << 8))
    #expect(!LineDescriptor.isExclusive(deviceNumber: 136 << 8 | 3))
    let pair = try PseudoTerminal(raw: true)
    var exclusive: Int32 = 0
    #expect(station_line_set_exclusive(pair.heldDevice, 1) == 0)
    #expect(station_line_is_exclusive(pair.heldDevice, &exclusive) == 0)
    #expect(exclusive == 1)
  }

  @Test func `what is not a terminal is not opened as one`() async throws {
    let file = NSTemporaryDirectory() + "not-a-tty-\(UUID().uuidString)"
    let link = file + "-link"
    try Data("kept".utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    defer {
      unlink(file)
      unlink(link)
    }
    for path in [file, link, "/dev/null", "/tmp"] {
      await #expect(throws: LineError.failed(device: path, call: "isatty", errno: ENOTTY)) {
        try await SerialLink.open(path: path, baud: 115_200)
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("kept".utf8))
  }

  @Test func `a symbolic link to a terminal is followed`() async throws {
    let (pair, hub) = try terminal()
    let path = NSTemporaryDirectory() + "by-path-\(UUID().uuidString)"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: pair.devicePath)
    defer { unlink(path) }
    let link = try await SerialLink.open(path: path, baud: 115_200)
    try await link.send([7])
    #expect(try await onThread { try hub.read(count: 1) } == [7])
    await link.close()
  }

  @Test func `an unplugged device cannot be opened and is called unplugged`() async throws {
    // Through a link of our own: the number of a terminal that is gone is given to the next one at once.
    let path = NSTemporaryDirectory() + "unplugged-\(UUID().uuidString)"
    let bench = try ShellBench.start(
      shell: ["/bin/cat"], environment: [:], workingDirectory: "/", stablePath: path)
    defer { bench.stop() }
    bench.hangUp()
    for gone in [path, "/dev/pts/999999", "/dev/serial/by-path/nothing/here"] {
      await #expect(throws: LineError.unplugged(device: gone)) {
        try await SerialLink.open(path: gone, baud: 115_200)
      }
    }
  }

  @Test func `unplugging ends a waiting receive`() async throws {
    let pair = try PseudoTerminal(raw: false)
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let heard = Task { try await link.receive(within: .seconds(30)) }
    pair.close()
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) { try await heard.value }
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) { try await link.send([1]) }
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) { try await link.discardInput() }
    await link.close()
  }

  @Test func `unplugging ends a send that waits for room`() async throws {
    let pair = try PseudoTerminal(raw: false)
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let sending = Task { try await link.send([UInt8](repeating: 65, count: 4 << 20)) }
    // Wait until the kernel's buffers are full and the sender is really stuck: the master has something to read.
    let isHeard = try await onThread {
      var polled = pollfd(fd: pair.master, events: Int16(POLLIN), revents: 0)
      return poll(&polled, 1, 10_000) == 1
    }
    #expect(isHeard)
    pair.close()
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) { try await sending.value }
    await link.close()
  }

  @Test func `what was heard before the plug was pulled is delivered first`() async throws {
    let pair = try PseudoTerminal(raw: false)
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    do {
      let hub = OpenDevice(borrowing: pair.master)
      try hub.write("last words")
      try await eventually("the link has heard it") { link.buffered == 10 }
    }
    pair.close()
    // Not at once: a shell that another test is just starting holds a copy of the master until its exec.
    try await eventually("the link knows") { link.isOver }
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) { try await link.send([1]) }
    #expect(try await link.receive(within: .seconds(1)) == Array("last words".utf8))
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) {
      try await link.receive(within: .seconds(30))
    }
    await link.close()
  }

  @Test func `a hub that reads nothing stalls the send, and the line says so`() async throws {
    let (pair, _) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200, stallLimit: .milliseconds(50))
    await #expect(throws: LineError.stalled(device: pair.devicePath)) {
      try await link.send([UInt8](repeating: 65, count: 4 << 20))
    }
    await link.close()
  }

  @Test func `a slow hub that takes a little now and then is not called stalled`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200, stallLimit: .seconds(10))
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    async let sent: Void = link.send(bytes)
    let heard = try await onThread { try hub.read(count: bytes.count) }
    try await sent
    #expect(heard == bytes)
    await link.close()
  }

  @Test func `a receive with nothing to hear comes back empty when its time is up`() async throws {
    let (pair, _) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let before = ContinuousClock.now
    #expect(try await link.receive(within: .milliseconds(30)).isEmpty)
    #expect(ContinuousClock.now - before >= .milliseconds(30))
    #expect(try await link.receive(within: .zero).isEmpty)
    await link.close()
  }

  @Test func `a cancelled receive ends at once, takes nothing along and leaves the line open`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let waiting = Task { try await link.receive(within: .seconds(20)) }
    await Task.yield()
    waiting.cancel()
    await #expect(throws: LineError.closed(device: pair.devicePath)) { try await waiting.value }
    try hub.write("still here")
    #expect(try await listen(link, for: 10) == Array("still here".utf8))
    await link.close()
  }

  @Test func `a cancelled send ends at once and sends no more`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let sending = Task { try await link.send([UInt8](repeating: 65, count: 4 << 20)) }
    _ = try await onThread { try hub.read(count: 1) }
    sending.cancel()
    await #expect(throws: LineError.closed(device: pair.devicePath)) { try await sending.value }
    async let sent: Void = link.send([66])
    try await onThread { while try hub.readSome("the byte after the cancelled send").last != 66 {} }
    try await sent
    await link.close()
  }

  @Test func `a full buffer pushes back and loses nothing`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200, receiveCapacity: 1000)
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    async let written: Void = onThread { try hub.write(bytes) }
    try await eventually("the buffer is full") { link.buffered == 1000 }
    #expect(try await listen(link, for: bytes.count) == bytes)
    try await written
    await link.close()
  }

  @Test func `a plug pulled while the buffer is full is noticed after the buffer`() async throws {
    let pair = try PseudoTerminal(raw: false)
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200, receiveCapacity: 100)
    do { try OpenDevice(borrowing: pair.master).write([UInt8](repeating: 65, count: 100)) }
    try await eventually("the buffer is full") { link.buffered == 100 }
    pair.close()
    #expect(try await link.receive(within: .seconds(10)).count == 100)
    await #expect(throws: LineError.unplugged(device: pair.devicePath)) {
      try await link.receive(within: .seconds(30))
    }
    await link.close()
  }

  @Test func `discarded input is gone, in the link and in the kernel`() async throws {
    let (pair, hub) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200, receiveCapacity: 100)
    try hub.write([UInt8](repeating: 65, count: 3000))
    try await eventually("the buffer is full") { link.buffered == 100 }
    try await link.discardInput()
    try hub.write("new")
    #expect(try await listen(link, for: 3) == Array("new".utf8))
    await link.close()
  }

  @Test func `closing ends waiting calls, and closing twice is as good as once`() async throws {
    let (pair, _) = try terminal()
    let link = try await SerialLink.open(path: pair.devicePath, baud: 115_200)
    let heard = Task { try await link.receive(within: .seconds(20)) }
    async let first: Void = link.close()
    async let second: Void = link.close()
    _ = await (first, second)
    await #expect(throws: LineError.closed(device: pair.devicePath)) { try await heard.value }
    await #expect(throws: LineError.closed(device: pair.devicePath)) { try await link.send([1]) }
    await link.close()
  }

  @Test func `sixty-four links echo side by side`() async throws {
    let benches = try (0..<64).map { _ in
      try ShellBench.start(
        shell: ["/bin/sh", "-c", "stty raw -echo; echo go; exec cat"], environment: ["PATH": "/usr/bin:/bin"],
        workingDirectory: "/")
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for (number, bench) in benches.enumerated() {
        try await eventually("cat runs") { bench.transcript().count >= 3 }
        group.addTask {
          let link = try await SerialLink.open(path: bench.devicePath, baud: 115_200)
          let message = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* (number + 1)) }
          for _ in 0..<8 {
            try await link.send(message)
            var heard: [UInt8] = []
            while heard.count < message.count {
              let some = try await link.receive(within: .seconds(30))
              if some.isEmpty { return false }
              heard += some
            }
            guard heard == message else { return false }
          }
          await link.close()
          return true
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
    for bench in benches { bench.stop() }
  }
}
