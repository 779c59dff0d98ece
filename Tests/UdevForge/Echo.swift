import Foundation
import SerialFlasher

/// Opens a device of the world with `SerialLink`, says something, waits for the answer and then for the end.
enum Echo {
  static func run(_ device: String) async throws {
    let link = try await SerialLink.open(path: device, baud: 115_200)
    let message = Array("over the bridge".utf8)
    var heard: [UInt8] = []
    // A shell that has not set its line yet would echo twice, or swallow: say it until it comes back.
    while heard != message {
      try await link.discardInput()
      try await link.send(message)
      heard = []
      while heard.count < message.count {
        let some = try await link.receive(within: .milliseconds(200))
        if some.isEmpty { break }
        heard += some
      }
    }
    printLine(#"{"event":"echoed","text":"over the bridge"}"#)
    do throws(LineError) {
      while true { _ = try await link.receive(within: .seconds(10)) }
    } catch {
      guard case .unplugged(let device) = error else { throw error }
      printLine("{\"event\":\"unplugged\",\"text\":\"\(device)\"}")
    }
    await link.close()
  }
}
