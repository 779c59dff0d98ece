import Foundation
import Synchronization
import Testing

@testable import Station

@Suite("The wall")
struct WallTests {
  private static let slots = ["A1", "A2", "A3", "A4", "A5", "A6"].compactMap { SlotName($0) }

  /// - Parameter registration: of every hub.
  private func state(_ rows: [JournalRow], registration: WallTile.Registration? = .waiting) throws
    -> WallState
  {
    var state = WallState(slots: Self.slots, models: [])
    for row in rows { try state.apply(row, registration: registration) }
    return state
  }

  private static func wall(
    _ output: WallOutput, slots: [SlotName] = slots, clock: any StationClock = SystemClock()
  ) -> TerminalWall {
    TerminalWall(state: WallState(slots: slots, models: []), output: output, clock: clock) { _ in .waiting }
  }

  /// A bench with one of each tile.
  private static func everyTile() -> WallRows {
    var rows = WallRows()
    rows.add(.stationStarted(StationStart(version: "1", settings: "s")))
    rows.pass("A1", number: 1, serial: "SPK00000001")
    rows.identify("A2", number: 2, serial: "SPK00000002")
    rows.add(.began(.forge), slot: "A2", attempt: "attempt-2", hub: WallRows.hub(2))
    let silent = Fault(.hubSilent, ["device": "/dev/ttyUSB3"])
    rows.add(.opened(device: "/dev/ttyUSB3"), slot: "A3", attempt: "attempt-3")
    rows.add(.failed(.identify, silent), slot: "A3", attempt: "attempt-3")
    rows.add(.closed(.failed, silent), slot: "A3", attempt: "attempt-3")
    rows.add(.opened(device: "/dev/ttyUSB4"), slot: "A4", attempt: "attempt-4")
    rows.add(
      .closed(.errored, Fault(.lineBusy, ["device": "/dev/ttyUSB4"])), slot: "A4", attempt: "attempt-4")
    rows.identify("A5", number: 5, serial: "SPK00000005")
    rows.add(.closed(.aborted, Fault(.unplugged)), slot: "A5", attempt: "attempt-5", hub: WallRows.hub(5))
    return rows
  }

  @Test func `eighty columns show one of each, word and shape and what to do`() throws {
    let rows = Self.everyTile()
    let footer = WallFooter(
      unsent: 5, waitingForHub: 1, parked: 2,
      lanes: [.vendor: Fault(.credentialsRefused, ["lane": "vendor"])],
      recordBehind: 12)
    let renderer = WallRenderer(columns: 79, colours: .none, unicode: true)
    let lines = renderer.lines(try state(rows.rows), footer, now: rows.time)
    #expect(
      lines == [
        " A1  ✔ PASS           take out                SPK00000001  registration waiting",
        " A2  ▶ WORKING 2/8    forge                                   SPK00000002  0:10",
        " A3  ✖ FAIL           red bin                                        hub-silent",
        "       Take it out, check the cable, put it in again; twice silent: red bin.",
        " A4  ▲ STATION FAULT  keep the hub, call the engineer                 line-busy",
        "       Engineer: end that program (often a terminal or ModemManager).",
        " A5  ◌ UNPLUGGED      plug in again                      SPK00000005  unplugged",
        "       Put it in again and leave it until the tile says PASS.",
        " A6  · EMPTY         ",
        " passed 1, failed 1, station faults 1, unplugged 1 since 01:25 UTC",
        " cloud: 5 to send, 1 wait for their hub, 2 need attention (station outbox),",
        "   record: 12 rows behind",
        " vendor: vendor refused the station's credentials. Go on making hubs. Engineer:",
        "   renew them; sending resumes by itself.",
      ], "\n\(lines.joined(separator: "\n"))")
    #expect(lines.allSatisfy { TextColumns.count($0) <= 80 && !$0.contains("\u{1B}") })
  }

  @Test func `colours change no letter and no width`() throws {
    let rows = Self.everyTile()
    let state = try state(rows.rows)
    let plain = WallRenderer(columns: 80, colours: .none, unicode: true).lines(
      state, WallFooter(), now: rows.time)
    for colours in [WallColours.indexed, .full] {
      let painted = WallRenderer(columns: 80, colours: colours, unicode: true)
        .lines(state, WallFooter(), now: rows.time)
      #expect(painted != plain)
      #expect(painted.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") } == plain)
    }
  }

  @Test func `without UTF-8 every shape is ASCII and still its own`() throws {
    let rows = Self.everyTile()
    let lines = WallRenderer(columns: 120, colours: .none, unicode: false)
      .lines(try state(rows.rows), WallFooter(), now: rows.time)
    let heads = lines.filter { $0.hasPrefix(" A") }
    #expect(Set(heads.compactMap { $0.dropFirst(5).first }) == ["+", ">", "X", "!", "?", "."])
    #expect(heads.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
  }

  @Test func `NO_COLOR and TERM=dumb are obeyed`() {
    let colour = { WallColours.chosen(environment: $0, isTerminal: $1) }
    #expect(colour(["TERM": "xterm"], true) == .indexed)
    #expect(colour(["TERM": "xterm", "COLORTERM": "truecolor"], true) == .full)
    #expect(colour(["TERM": "xterm", "NO_COLOR": "1"], true) == .none)
    #expect(colour(["TERM": "xterm", "NO_COLOR": ""], true) == .indexed)
    #expect(colour(["TERM": "dumb"], true) == .none)
    #expect(colour(["TERM": "xterm"], false) == .none)
    #expect(colour(["CLICOLOR_FORCE": "1"], false) == .indexed)
    #expect(colour(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], true) == .none)
  }

  @Test func `after a start the tiles are as they were, from each slot's newest attempt`() throws {
    // Two slots at work at the same time, so that their rows interleave; the cloud has heard of the first since.
    var rows = WallRows()
    rows.pass("A2", number: 9, serial: "S9")
    rows.identify("A2", number: 2, serial: "S2")
    rows.pass("A1", number: 1, serial: "S1")
    rows.add(.closed(.failed, Fault(.hubSilent)), slot: "A2", attempt: "attempt-2", hub: WallRows.hub(2))
    rows.add(.settled(entry: "entry-1", EffectEvidence(wasThere: false)), hub: WallRows.hub(1))
    rows.pass("A3", number: 3, serial: "S3")
    let whole = try state(rows.rows)
    let attempts = ["attempt-2", "attempt-1", "attempt-3"]
    let newest = attempts.flatMap { name in rows.rows.filter { $0.attempt?.text == name } }
    var restored = WallState(slots: Self.slots, models: [])
    try restored.restore(
      newest, [WallRows.hub(1): .registered, WallRows.hub(2): .waiting, WallRows.hub(3): .waiting])
    #expect(restored.tiles.map(\.face) == whole.tiles.map(\.face))
    #expect(restored.tiles.map(\.hub) == whole.tiles.map(\.hub))
    #expect(restored.tiles.map(\.registration) == [.registered, nil, .waiting, nil, nil, nil])
    #expect(restored.counts == [:] && restored.sequence == rows.rows.last?.sequence)
  }

  @Test func `no news makes a tile green; a result that was not recorded is the station's fault`() throws {
    var rows = WallRows()
    rows.identify("A1", number: 1, serial: "S1")
    var state = try state(rows.rows)
    let slot = Self.slots[0]
    state.apply(.progress(slot, .pass, fraction: 1))
    #expect(state.tiles[0].word == "WORKING" && state.tiles[0].number == 8)
    let conclusion = Conclusion(
      attempt: AttemptID(text: "attempt-1"), slot: slot, hub: nil, serial: nil, outcome: .passed, fault: nil,
      recorded: true)
    state.apply(.concluded(conclusion))
    #expect(state.tiles[0].word == "WORKING")
    var lost = conclusion
    lost.recorded = false
    lost.fault = Fault(.ledgerFull)
    state.apply(.concluded(lost))
    #expect(state.tiles[0].word == "STATION FAULT" && state.counts == [:])
  }

  @Test func `taking out empties PASS and FAIL and leaves what somebody must read`() throws {
    var state = try state(Self.everyTile().rows)
    for slot in Self.slots { state.apply(.left(slot)) }
    #expect(state.tiles.map(\.word) == ["EMPTY", "WORKING", "EMPTY", "STATION FAULT", "UNPLUGGED", "EMPTY"])
    #expect(state.counts == [.passed: 1, .failed: 1, .errored: 1, .aborted: 1])
  }

  @Test func `a hub that is pulled before its pass has come to the wall is told, and leaves an empty tile`()
    async throws
  {
    let screen = Screen()
    let wall = Self.wall(screen.output(.lines))
    var rows = WallRows()
    rows.pass("A1", number: 1, serial: "S1")
    try await wall.take(Array(rows.rows.dropLast()))
    await wall.take(FloorNews.left(Self.slots[0]))
    #expect(await wall.current.tiles[0].word == "WORKING")
    try await wall.take(rows.rows)
    #expect(await wall.current.tiles[0] == WallTile(slot: Self.slots[0], total: 8))
    let told = screen.all.split(separator: "\n").suffix(2)
    #expect(told.first?.contains("A1 PASS S1") == true && told.last?.hasSuffix("A1 EMPTY") == true, "\(told)")
  }

  @Test func `a hub that powers itself off leaves its PASS until the next one comes`() throws {
    var model = DemoBench.model
    model.leavesByItself = true
    var rows = WallRows()
    rows.pass("A1", number: 1, serial: "S1")
    rows.identify("A2", number: 2, serial: "S2")
    rows.add(.closed(.failed, Fault(.hubSilent)), slot: "A2", attempt: "attempt-2", hub: WallRows.hub(2))
    var state = WallState(slots: Self.slots, models: [model])
    for row in rows.rows { try state.apply(row) }
    for slot in Self.slots { state.apply(.left(slot)) }
    #expect(state.tiles[0].word == "PASS" && state.tiles[0].instruction == "take out")
    #expect(state.tiles[1].word == "EMPTY")
    rows.add(.settled(entry: "entry-1", EffectEvidence(wasThere: false)), hub: WallRows.hub(1))
    rows.identify("A1", number: 3, serial: "S3")
    for row in rows.rows { try state.apply(row) }
    #expect(state.tiles[0].word == "WORKING" && state.tiles[0].serial?.text == "S3")
  }

  @Test func `a late row of an earlier attempt does not touch the next hub's tile`() throws {
    var rows = WallRows()
    rows.identify("A1", number: 1, serial: "S1")
    rows.identify("A1", number: 2, serial: "S2")
    rows.add(.closed(.passed, nil), slot: "A1", attempt: "attempt-1", hub: WallRows.hub(1))
    let tile = try state(rows.rows).tiles[0]
    #expect(tile.word == "WORKING" && tile.serial?.text == "S2")
  }

  @Test func `sixty-four slots fit on a small screen, every word in sight`() throws {
    let slots = (1...64).compactMap { SlotName("S\($0)") }
    let state = WallState(slots: slots, models: [])
    let renderer = WallRenderer(columns: 80, rows: 24, colours: .none, unicode: true)
    let lines = renderer.lines(state, WallFooter(), now: Timestamp(milliseconds: 0))
    #expect(lines.count <= 24)
    let text = lines.joined(separator: "\n")
    #expect(slots.allSatisfy { text.contains(" \($0.text) ") })
  }

  // MARK: The terminal

  private final class Screen: Sendable {
    let text = Mutex("")
    func output(_ style: WallOutput.Style) -> WallOutput {
      WallOutput(
        style: style, colours: .none, unicode: true, size: { (81, 30) },
        write: { piece in self.text.withLock { $0 += piece } })
    }
    var all: String { text.withLock { $0 } }
  }

  @Test func `without a terminal every change is one line of text`() async throws {
    let screen = Screen()
    let wall = Self.wall(screen.output(.lines))
    try await wall.take(Self.everyTile().rows)
    await wall.take(FloorNews.stranger(device: "/dev/ttyUSB9", path: nil))
    let lines = screen.all.split(separator: "\n")
    #expect(lines.contains { $0.hasSuffix("A1 PASS SPK00000001, registration waiting") }, "\(screen.all)")
    #expect(
      lines.contains {
        $0.contains("A3 FAIL hub-silent: Hub did not answer on the serial line (/dev/ttyUSB3).")
      })
    #expect(lines.last?.hasSuffix("seen, not ours: /dev/ttyUSB9") == true)
    #expect(!screen.all.contains("\u{1B}"))
  }

  @Test func `as JSON every change is one object that can be read back`() async throws {
    let screen = Screen()
    let wall = Self.wall(screen.output(.json))
    try await wall.take(Self.everyTile().rows)
    let events = try screen.all.split(separator: "\n").map {
      try JSONDecoder().decode(WallEvent.self, from: Data($0.utf8))
    }
    let last = try #require(events.last { $0.slot?.text == "A3" })
    #expect(last.word == "FAIL" && last.fault == .hubSilent && last.hint?.isEmpty == false)
    #expect(events.filter { $0.slot?.text == "A1" }.map(\.word) == ["WORKING", "WORKING", "PASS"])
  }

  /// A live wall that has drawn once and waits for the next time.
  private static func drawn(on screen: Screen, _ clock: StepClock) async -> (TerminalWall, Task<Void, Never>)
  {
    let wall = wall(screen.output(.live), clock: clock)
    let drawing = Task { await wall.keepDrawing() }
    await clock.waitForSleeper()
    return (wall, drawing)
  }

  @Test func `a stopped line stays on the wall until a row is written`() async throws {
    let (screen, clock) = (Screen(), StepClock())
    let (wall, drawing) = await Self.drawn(on: screen, clock)
    await wall.stopLine(Fault(.ledgerFull))
    // The footer comes every second.
    await wall.take(WallFooter(unsent: 3))
    clock.wake()
    await clock.waitForSleeper()
    let stopped = screen.all
    #expect(stopped.contains("LINE STOPPED") && stopped.contains("cloud: 3 to send"))
    #expect(await wall.lineStopped?.code == .ledgerFull)
    var rows = WallRows()
    rows.identify("A2", number: 2, serial: "S2")
    try await wall.take(rows.rows)
    clock.wake()
    await clock.waitForSleeper()
    #expect(await wall.lineStopped == nil)
    #expect(!screen.all.dropFirst(stopped.count).contains("LINE STOPPED"))
    #expect(screen.all.dropFirst(stopped.count).contains("A2"))
    drawing.cancel()
    clock.wake()
    await drawing.value
  }

  @Test func `the live wall rewrites only what changed and gives the cursor back`() async throws {
    let (screen, clock) = (Screen(), StepClock())
    let (wall, drawing) = await Self.drawn(on: screen, clock)
    let first = screen.all
    #expect(first.hasPrefix("\u{1B}[?25l") && first.contains(" A1  · EMPTY"))
    var rows = WallRows()
    rows.identify("A2", number: 2, serial: "S2")
    try await wall.take(rows.rows)
    clock.wake()
    await clock.waitForSleeper()
    let second = String(screen.all.dropFirst(first.count))
    #expect(second.hasPrefix("\u{1B}[8A"))
    #expect(second.contains("A2") && !second.contains("A1") && !second.contains("A3"))
    drawing.cancel()
    clock.wake()
    await drawing.value
    #expect(screen.all.hasSuffix("\u{1B}[?25h"))
  }
}
