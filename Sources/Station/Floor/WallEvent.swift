import Foundation

/// One change of the wall as a line of JSON (`--json`) or of plain text (no terminal). The keys are stable.
struct WallEvent: Hashable, Sendable, Codable {
  /// `tile`, `stranger` or `footer`.
  var event: String
  var time: Timestamp
  var slot: SlotName?
  /// The newest journal row that this is made of.
  var row: Int64?
  /// EMPTY, WORKING, PASS, FAIL, STATION FAULT or UNPLUGGED.
  var word: String?
  var step: Step?
  var number: Int?
  var total: Int?
  var hub: HubID?
  var serial: SerialNumber?
  var registration: WallTile.Registration?
  var fault: FaultCode?
  var sentence: String?
  var hint: String?
  var device: String?

  init(_ tile: WallTile, time: Timestamp, row: Int64) {
    event = "tile"
    self.time = time
    slot = tile.slot
    self.row = row
    word = tile.word
    if case .working(let step, _) = tile.face {
      self.step = step
      number = tile.number
      total = tile.total
    }
    hub = tile.hub
    serial = tile.serial
    registration = tile.registration
    if let fault = tile.fault {
      self.fault = fault.code
      let wording = Wording(fault)
      sentence = wording.sentence
      hint = wording.hint
    }
  }

  init(stranger device: String, time: Timestamp) {
    event = "stranger"
    self.time = time
    self.device = device
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A value of plain fields always encodes.
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// `06:45:03 A1 FAIL, red bin SPK00000001 hub-silent: Hub did not … Take it out, …`
  var text: String {
    var line = "\(time.description.dropFirst(11).prefix(8))"
    if let device { return line + " seen, not ours: \(device)" }
    if let slot { line += " \(slot.text)" }
    if let word { line += " \(word)" }
    if let number, let total, let step { line += " \(number)/\(total) \(step.rawValue)" }
    if let serial { line += " \(PrintableText.of(serial.text, limit: 64))" }
    if let registration { line += ", \(registration.rawValue)" }
    if let fault, let sentence, let hint { line += " \(fault.rawValue): \(sentence) \(hint)" }
    return line
  }
}
