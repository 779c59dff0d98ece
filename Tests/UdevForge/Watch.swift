import Foundation
import SerialFlasher

/// Prints the events of a `UdevWatcher`.
enum Watch {
  private struct Line: Encodable {
    var event: String
    var device: SerialDevice?
    var devices: [SerialDevice]?
    var text: String?
  }

  static func run(_ arguments: [String]) async throws {
    var configuration = UdevWatcher.Configuration()
    if let index = arguments.firstIndex(of: "--receive-buffer"), let bytes = Int32(arguments[index + 1]) {
      configuration.receiveBuffer = bytes
    }
    if arguments.contains("--gates") {
      configuration.betweenListeningAndLooking = { Gate.wait("listening") }
      configuration.beforeReading = { if Gate.isHeld { Gate.wait("held") } }
    }
    let watcher = try UdevWatcher(configuration)
    for await event in watcher.events {
      switch event {
      case .appeared(let device): try say(Line(event: "appeared", device: device))
      case .disappeared(let device): try say(Line(event: "disappeared", device: device))
      case .ready: try say(Line(event: "ready"))
      case .sharedSerial(let serial, let devices):
        try say(Line(event: "sharedSerial", devices: devices, text: serial))
      case .lost(let reason): try say(Line(event: "lost", text: reason))
      }
    }
  }

  private static func say(_ line: Line) throws {
    printLine(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
  }
}

/// Where the watcher's thread is made to wait, so that a test can do something in just that moment.
enum Gate {
  static let fifo = "/run/gate"
  static let holdFile = "/run/hold"

  static var isHeld: Bool { access(holdFile, F_OK) == 0 }

  static func wait(_ where: String) {
    printLine("{\"event\":\"\(`where`)\"}")
    let descriptor = open(fifo, O_RDWR)
    var byte: UInt8 = 0
    _ = read(descriptor, &byte, 1)
    close(descriptor)
  }

  /// The world opens the FIFO once for reading and writing, so that a byte is kept for whoever comes.
  static func release(through descriptor: Int32) {
    unlink(holdFile)
    var byte: UInt8 = 1
    _ = write(descriptor, &byte, 1)
  }
}
