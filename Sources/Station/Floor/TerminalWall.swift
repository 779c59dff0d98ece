/// Shows the wall on a terminal, as lines of text or as lines of JSON, and keeps it up to date.
///
/// Give it every committed row and all news of the floor, in order; run `keepDrawing` beside.
actor TerminalWall {
  private var state: WallState
  private var footer = WallFooter()
  /// Why the ledger took no row; until it takes one.
  private(set) var lineStopped: Fault?
  private let output: WallOutput
  private let clock: any StationClock
  private let registration: @Sendable (HubID) async throws(Fault) -> WallTile.Registration?
  /// What stands on the screen, so that only what changed is drawn again.
  private var shown: [String] = []
  private var told: [SlotName: WallEvent] = [:]

  /// Often enough for the eye, seldom enough for a serial console.
  static let pause = Duration.milliseconds(250)

  /// - Parameter registration: what the ledger says of a hub now.
  init(
    state: WallState, output: WallOutput, clock: any StationClock,
    registration: @escaping @Sendable (HubID) async throws(Fault) -> WallTile.Registration?
  ) {
    self.state = state
    self.output = output
    self.clock = clock
    self.registration = registration
    if output.style != .live {
      // What was there before is known from the ledger; only changes are told.
      for tile in state.tiles { told[tile.slot] = Self.comparable(tile) }
    }
  }

  /// - Throws: `ledger-corrupt` when a row cannot be read; the rows before it have been taken. The ledger's fault when
  ///   it cannot be asked about a hub; all rows have been taken.
  func take(_ rows: [JournalRow]) async throws(Fault) {
    if !rows.isEmpty { lineStopped = nil }
    // Asked after the rows were committed, so what the ledger says has them in it.
    var known: [HubID: WallTile.Registration] = [:]
    var failure: Fault?
    for hub in Set(rows.compactMap(\.hub)) {
      do throws(Fault) { known[hub] = try await registration(hub) } catch { failure = error }
    }
    for row in rows {
      try state.apply(row, registration: row.hub.flatMap { known[$0] })
      tell(at: row.time)
      state.clearGone()
      tell(at: row.time)
    }
    if let failure { throw failure }
  }

  func take(_ news: FloorNews) {
    state.apply(news)
    if case .stranger = news, output.style != .live, let name = state.strangers.last {
      emit(WallEvent(stranger: name, time: clock.now()))
    }
    tell(at: clock.now())
  }

  func take(_ footer: WallFooter) { self.footer = footer }

  /// No hub can be made. That stays on the wall until a row is written.
  func stopLine(_ fault: Fault) { lineStopped = fault }

  /// Draws again and again until the task is cancelled; then once more, and leaves the cursor below the wall.
  func keepDrawing() async {
    guard output.style == .live else { return }
    output.write("\u{1B}[?25l")
    draw()
    while !Task.isCancelled {
      do { try await clock.sleep(for: Self.pause) } catch { break }
      draw()
    }
    draw()
    output.write("\u{1B}[?25h")
  }

  /// The state as it is, for a summary.
  var current: WallState { state }

  // MARK: Drawing

  /// Moves up to the wall's first line and rewrites the lines that changed. No alternate screen: what was there before
  /// stays readable, and so does the wall when the program ends.
  private func draw() {
    let size = output.size()
    let renderer = WallRenderer(
      columns: size.columns - 1, rows: size.rows - 1, colours: output.colours, unicode: output.unicode)
    var footer = footer
    footer.lineStopped = footer.lineStopped ?? lineStopped
    let lines = Array(renderer.lines(state, footer, now: clock.now()).prefix(max(1, size.rows - 1)))
    guard lines != shown else { return }
    var text = shown.isEmpty ? "" : "\u{1B}[\(shown.count)A"
    for (index, line) in lines.enumerated() {
      let same = index < shown.count && shown[index] == line
      text += same ? "\n" : "\r\(line)\u{1B}[K\n"
    }
    if lines.count < shown.count { text += "\u{1B}[J" }
    output.write(text)
    shown = lines
  }

  private func tell(at time: Timestamp) {
    guard output.style != .live else { return }
    for tile in state.tiles {
      let comparable = Self.comparable(tile)
      guard told[tile.slot] != comparable else { continue }
      told[tile.slot] = comparable
      emit(WallEvent(tile, time: time, row: state.sequence))
    }
  }

  private func emit(_ event: WallEvent) {
    output.write((output.style == .json ? event.json : event.text) + "\n")
  }

  /// Without time and row, which change with every row of any slot.
  private static func comparable(_ tile: WallTile) -> WallEvent {
    WallEvent(tile, time: Timestamp(milliseconds: 0), row: 0)
  }
}
