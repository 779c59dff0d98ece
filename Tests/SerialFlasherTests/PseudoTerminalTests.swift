import Foundation
import SerialFlasher
import Testing

@Suite("Pseudo-terminals and the shell bench")
struct PseudoTerminalTests {
  /// A bench with bash on it and its device, opened as a station would without being `SerialLink`.
  private func bashBench(
    whenShellEnds: ShellBench.ShellEnd = .staysSilent, stablePath: String? = nil
  ) throws -> ShellBench {
    try ShellBench.start(
      shell: ["/bin/bash", "--norc", "--noprofile", "-i"],
      environment: ["PS1": "hub$ ", "PATH": "/usr/bin:/bin", "TERM": "dumb"], workingDirectory: "/tmp",
      stablePath: stablePath, whenShellEnds: whenShellEnds)
  }

  @Test func `a command typed into the device is answered by a real shell`() async throws {
    try await onThread {
      let bench = try bashBench()
      defer { bench.stop() }
      let device = try OpenDevice(bench.devicePath)
      try device.write("echo $((6*7))-$(tty)\n")
      let answer = try device.read(until: "42-/dev/pts/")
      #expect(answer.contains("echo $((6*7))"), "the inner terminal echoes, as a console does")
      #expect(String(decoding: bench.typed(), as: UTF8.self) == "echo $((6*7))-$(tty)\n")
      #expect(String(decoding: bench.transcript(), as: UTF8.self).contains("42-/dev/pts/"))
    }
  }

  @Test func `the terminal controls the shell, so control-C ends its command`() async throws {
    try await onThread {
      let bench = try bashBench()
      defer { bench.stop() }
      let device = try OpenDevice(bench.devicePath)
      // Said by the child, which then owns the terminal: earlier, bash itself may die of the signal.
      try device.write("sh -c \"echo sle''eping; exec sleep 1000\"; echo status=$?\n")
      _ = try device.read(until: "sleeping")
      try device.write("\u{3}")
      // bash may throw away what is typed before its prompt is back.
      _ = try device.read(until: "hub$ ")
      try device.write("echo al''ive\n")
      _ = try device.read(until: "alive")
      #expect(!String(decoding: bench.transcript(), as: UTF8.self).contains("status=0"))
    }
  }

  @Test func `a kernel line can be put between the shell's own`() async throws {
    try await onThread {
      let bench = try bashBench()
      defer { bench.stop() }
      let device = try OpenDevice(bench.devicePath)
      bench.inject(Array("[   12.3] usb 1-1: new device\r\n".utf8))
      _ = try device.read(until: "new device")
    }
  }

  @Test func `hanging up ends the station's reading and leaves the shell alone`() async throws {
    try await onThread {
      let link = NSTemporaryDirectory() + "bench-\(UUID().uuidString)"
      let bench = try bashBench(stablePath: link)
      defer { bench.stop() }
      let device = try OpenDevice(link)
      try device.write("kept=yes; echo re''ady\n")
      _ = try device.read(until: "ready")
      bench.hangUp()
      #expect(try device.readsEndOfFile())
      #expect(throws: OpenDevice.Refused.self) { try OpenDevice(link) }
      #expect(bench.shellIsRunning)

      try bench.plugIn()
      let again = try OpenDevice(link)
      try again.write("echo kept=$kept\n")
      _ = try again.read(until: "kept=yes")
      bench.stop()
      #expect(throws: OpenDevice.Refused.self) { try OpenDevice(link) }
    }
  }

  @Test func `stopping kills background jobs too and leaves no zombie`() async throws {
    try await onThread {
      let bench = try bashBench()
      let device = try OpenDevice(bench.devicePath)
      try device.write("set -m; sleep 4321 & echo jobs=$!; echo shell=$$; echo do''ne\n")
      let answer = try device.read(until: "done\r\n")
      let shell = try #require(OpenDevice.number(after: "shell=", in: answer))
      let job = try #require(OpenDevice.number(after: "jobs=", in: answer))
      bench.stop()
      // A background job is a child of init once its shell is gone; init may take its time to bury it.
      #expect(OpenDevice.state(ofProcess: shell) == nil)
      #expect([nil, "Z", "X"].contains(OpenDevice.state(ofProcess: job)))
    }
  }

  @Test func `a shell that exits is buried at once`() async throws {
    let bench = try bashBench()
    defer { bench.stop() }
    let device = try OpenDevice(bench.devicePath)
    try device.write("echo shell=$$; echo do''ne\n")
    let shell = try #require(OpenDevice.number(after: "shell=", in: try device.read(until: "done\r\n")))
    try device.write("exit\n")
    try await eventually("the shell is gone") {
      OpenDevice.state(ofProcess: shell) == nil && !bench.shellIsRunning
    }
  }

  @Test func `a bench that acts as getty starts the shell again`() async throws {
    try await onThread {
      let bench = try bashBench(whenShellEnds: .startsAgain)
      defer { bench.stop() }
      let device = try OpenDevice(bench.devicePath)
      try device.write("echo one=$$; echo do''ne\n")
      let first = try #require(OpenDevice.number(after: "one=", in: try device.read(until: "done\r\n")))
      try device.write("exit\n")
      _ = try device.read(until: "hub$ ")
      try device.write("echo two=$$; echo fin''ished\n")
      let second = try #require(OpenDevice.number(after: "two=", in: try device.read(until: "finished\r\n")))
      #expect(first != second)
    }
  }

  @Test func `a shell that is not there is named`() {
    #expect(throws: PseudoTerminalError.shellNotStarted(program: "/no/such/shell", errno: ENOENT)) {
      try ShellBench.start(shell: ["/no/such/shell"], environment: [:], workingDirectory: "/")
    }
  }

  @Test func `only the last bytes are remembered`() async throws {
    try await onThread {
      let bench = try ShellBench.start(
        shell: ["/bin/cat"], environment: [:], workingDirectory: "/", remembering: 4)
      defer { bench.stop() }
      bench.inject(Array("abcdefg".utf8))
      #expect(String(decoding: bench.transcript(), as: UTF8.self) == "defg")
    }
  }
}
