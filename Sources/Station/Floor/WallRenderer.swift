/// Turns the wall's state into lines. Pure: equal input, equal lines.
struct WallRenderer: Sendable {
  /// 40 to 200 are used.
  var columns: Int
  /// As many lines as there is room for; nil: as many as it takes.
  var rows: Int?
  var colours: WallColours
  /// Shapes beyond ASCII.
  var unicode: Bool

  func lines(_ state: WallState, _ footer: WallFooter, now: Timestamp) -> [String] {
    let width = min(max(columns, 40), 200)
    let names = state.tiles.map { $0.slot.text.utf8.count }.max() ?? 0
    let foot = self.footer(state, footer, width: width)
    var tiles: [[WallLine]] = state.tiles.map { tile in
      [self.tile(tile, nameWidth: names, width: width, now: now)]
        + (advice(tile, nameWidth: names, width: width))
    }
    if let rows, tiles.joined().count + foot.count > rows {
      // Too many slots for this screen: the word of every slot comes before the advice for some.
      tiles = compact(state.tiles, nameWidth: names, width: width).map { [$0] }
    }
    let all = tiles.joined() + foot
    return all.map { $0.painted(colours, columns: width) }
  }

  // MARK: Tiles

  private func tile(_ tile: WallTile, nameWidth: Int, width: Int, now: Timestamp) -> WallLine {
    var line = head(tile, nameWidth: nameWidth)
    if case .working(let step, let fraction) = tile.face {
      line.add(" \(step.rawValue)" + (fraction.map { " \(Int(min(max($0, 0), 1) * 100)) %" } ?? ""))
    }
    if let instruction = tile.instruction { line.add(" \(instruction)") }
    var notes: [String] = []
    if let serial = tile.serial { notes.append(PrintableText.of(serial.text, limit: 24)) }
    if let registration = tile.registration { notes.append(registration.rawValue) }
    if let fault = tile.fault { notes.append(fault.code.rawValue) }
    if case .working = tile.face, let since = tile.since { notes.append(Self.elapsed(from: since, to: now)) }
    let right = notes.joined(separator: "  ")
    let room = width - line.columns - TextColumns.count(right)
    if room >= 2, !right.isEmpty {
      line.add(String(repeating: " ", count: room) + right)
    } else if let last = notes.last, width - line.columns - TextColumns.count(last) >= 2 {
      line.add(String(repeating: " ", count: width - line.columns - TextColumns.count(last)) + last)
    }
    return line
  }

  private func head(_ tile: WallTile, nameWidth: Int) -> WallLine {
    var line = WallLine((" \(TextColumns.fit(tile.slot.text, to: nameWidth)) ", .plain))
    let number = if case .working = tile.face { " \(tile.number)/\(tile.total)" } else { "" }
    line.add(
      " " + TextColumns.fit("\(shape(tile)) \(tile.word)\(number)", to: Self.wordWidth) + " ", role(tile))
    return line
  }

  /// What to do with this hub; before it what happened, where the line has room for both.
  private func advice(_ tile: WallTile, nameWidth: Int, width: Int) -> [WallLine] {
    guard let fault = tile.fault else { return [] }
    let wording = Wording(fault)
    let indent = String(repeating: " ", count: nameWidth + 5)
    let room = width - indent.count
    // The tile's own words need not be said twice.
    let hint =
      if case .stationFault = tile.face {
        wording.hint.replacing("Keep the hub. Engineer:", with: "Engineer:")
      } else {
        wording.hint
      }
    let both = "\(wording.sentence) \(hint)"
    let text = TextColumns.count(both) <= room ? both : hint
    return [WallLine((indent + TextColumns.cut(text, to: room), .plain))]
  }

  /// The longest: `▲ STATION FAULT`.
  private static let wordWidth = 15

  private func compact(_ tiles: [WallTile], nameWidth: Int, width: Int) -> [WallLine] {
    let cell = nameWidth + 2 + Self.wordWidth + 3
    let perLine = max(1, width / cell)
    return stride(from: 0, to: tiles.count, by: perLine).map { start in
      var line = WallLine()
      for tile in tiles[start..<min(start + perLine, tiles.count)] {
        let head = head(tile, nameWidth: nameWidth)
        for piece in head.pieces { line.add(piece.text, piece.role) }
        line.add(String(repeating: " ", count: max(0, cell - head.columns)))
      }
      return line
    }
  }

  private func shape(_ tile: WallTile) -> String {
    switch tile.face {
    case .empty: unicode ? "·" : "."
    case .working: unicode ? "▶" : ">"
    case .passed: unicode ? "✔" : "+"
    case .failed: unicode ? "✖" : "X"
    case .stationFault: unicode ? "▲" : "!"
    case .unplugged: unicode ? "◌" : "?"
    }
  }

  private func role(_ tile: WallTile) -> WallColours.Role {
    switch tile.face {
    case .empty: .dim
    case .working: .working
    case .passed: .passed
    case .failed: .failed
    case .stationFault: .stationFault
    case .unplugged: .unplugged
    }
  }

  private static func elapsed(from start: Timestamp, to now: Timestamp) -> String {
    let seconds = max(0, now.milliseconds - start.milliseconds) / 1000
    let rest = seconds % 60
    return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  // MARK: Footer

  private func footer(_ state: WallState, _ footer: WallFooter, width: Int) -> [WallLine] {
    var lines: [WallLine] = []
    if let stopped = footer.lineStopped {
      let wording = Wording(stopped)
      lines.append(WallLine((" LINE STOPPED ", .stationFault), (" " + wording.line, .plain)))
    }
    let count = { (outcome: Outcome) in state.counts[outcome] ?? 0 }
    lines.append(
      WallLine(
        (
          " passed \(count(.passed)), failed \(count(.failed)), station faults \(count(.errored)), unplugged \(count(.aborted))"
            + (state.startedAt.map { " since \($0.description.dropFirst(11).prefix(5)) UTC" } ?? ""), .plain
        )))
    lines.append(WallLine((" " + cloud(footer), .plain)))
    for (lane, fault) in footer.lanes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append(WallLine((" \(lane.rawValue): \(Wording(fault).line)", .plain)))
    }
    if let fault = footer.recordFault { lines.append(WallLine((" record: \(Wording(fault).line)", .plain))) }
    for stranger in state.strangers {
      lines.append(WallLine((" seen, not ours: \(stranger)", .dim)))
    }
    return lines.flatMap { Self.wrapped($0, width: width) }
  }

  private func cloud(_ footer: WallFooter) -> String {
    var parts = ["cloud: " + (footer.unsent == 0 ? "nothing to send" : "\(footer.unsent) to send")]
    if footer.waitingForHub > 0 { parts.append("\(footer.waitingForHub) wait for their hub") }
    if footer.parked > 0 { parts.append("\(footer.parked) need attention (station outbox)") }
    switch footer.recordBehind {
    case nil: parts.append("record: no second copy")
    case 0: parts.append("record: complete")
    case let rows?: parts.append("record: \(rows) rows behind")
    }
    return parts.joined(separator: ", ")
  }

  /// Breaks the last piece of a line between words; what follows is indented.
  private static func wrapped(_ line: WallLine, width: Int) -> [WallLine] {
    guard line.columns > width, let last = line.pieces.last else { return [line] }
    var current = line
    current.pieces.removeLast()
    var lines: [WallLine] = []
    var text: String?
    for word in last.text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = text.map { "\($0) \(word)" } ?? String(word)
      if let text, current.columns + TextColumns.count(longer) > width {
        current.add(text, last.role)
        lines.append(current)
        current = WallLine(("   ", .plain))
      }
      text = current.columns == 3 && text != nil && longer.count > width ? String(word) : longer
    }
    current.add(text ?? "", last.role)
    return lines + [current]
  }
}
