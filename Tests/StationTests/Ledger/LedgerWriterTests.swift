import Foundation
import GRDB
import Testing

@testable import Station

@Suite("The one writer")
struct LedgerWriterTests {
  enum CancelTime: CaseIterable { case whileWaiting, whileTaken, afterwards }

  @Test(arguments: CancelTime.allCases, 0..<12)
  func `of 64 waiting requests one is cancelled and one violates, and each gets its own answer`(
    when: CancelTime, round: Int
  ) async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    _ = try await ledger.append(ScratchLedger.draft(900, .began(.forge)))
    let hold = ScratchLedger.Hold(ledger)
    let first = Task { try await ledger.append(AppendRequest(ScratchLedger.draft(901, .began(.forge)))) }
    let cancelled = (round * 7 + 3) % 64
    let violating = (round * 11 + 5) % 64 == cancelled ? (cancelled + 1) % 64 : (round * 11 + 5) % 64
    var tasks: [Task<Result<[JournalRow], Fault>, Never>] = []
    for index in 0..<64 {
      let head =
        index == violating ? AppendRequest.Head(hub: ScratchLedger.hub(900), sequence: 0) : nil
      let request = AppendRequest(ScratchLedger.draft(index, .began(.deliver)), expecting: head)
      tasks.append(
        Task {
          do throws(Fault) { return .success(try await ledger.append(request)) } catch {
            return .failure(error)
          }
        })
    }
    try await eventually("65 requests wait") { ledger.writer.backlog >= 65 }
    if when == .whileWaiting { tasks[cancelled].cancel() }
    hold.release()
    if when == .whileTaken { tasks[cancelled].cancel() }
    // It may stand anywhere among the others: which task asks first is the scheduler's choice.
    var rows: [JournalRow] = try await first.value
    var faults: [Int: FaultCode] = [:]
    for (index, task) in tasks.enumerated() {
      switch await task.value {
      case .success(let written): rows += written
      case .failure(let fault): faults[index] = fault.code
      }
    }
    if when == .afterwards { tasks[cancelled].cancel() }
    #expect(faults[violating] == .headMoved)
    switch when {
    case .whileWaiting: #expect(faults == [violating: .headMoved, cancelled: .requestCancelled])
    case .whileTaken: #expect(faults[cancelled] == nil || faults[cancelled] == .requestCancelled)
    case .afterwards: #expect(faults == [violating: .headMoved])
    }
    #expect(rows.count == 65 - faults.count)
    let durable = try await ledger.rows(after: 1, limit: 1000)
    #expect(durable == rows.sorted { $0.sequence < $1.sequence })
    #expect(durable.map(\.sequence) == Array(2..<Int64(2 + rows.count)))
    // The loop goes on.
    _ = try await ledger.append(ScratchLedger.draft(902, .began(.forge)))
    #expect(try await ledger.verifyChain().firstBreak == nil)
    try ledger.close()
  }

  @Test func `those who wait share one transaction`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let commits = ledger.subscribe()
    let hold = ScratchLedger.Hold(ledger)
    let tasks = (0..<64).map { number in
      Task { try await ledger.append(ScratchLedger.draft(number, .began(.forge))) }
    }
    try await eventually("64 requests wait") { ledger.writer.backlog >= 64 }
    hold.release()
    for task in tasks { _ = try await task.value }
    try ledger.close()
    var sizes: [Int] = []
    for await rows in commits { sizes.append(rows.count) }
    #expect(sizes == [64])
  }

  @Test func `a request whose task was cancelled before it asked leaves no row`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    }
    task.cancel()
    let fault = await #expect(throws: Fault.self) { try await task.value }
    #expect(fault?.code == .requestCancelled)
    #expect(try await ledger.lastRow() == nil)
    try ledger.close()
  }

  @Test func `reads of a cancelled task are answered`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await ledger.rows(of: ScratchLedger.hub(1))
    }
    task.cancel()
    #expect(try await task.value.count == 1)
    try ledger.close()
  }

  @Test func `nobody writes on rows that he has not read`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let hub = ScratchLedger.hub(1)
    _ = try await ledger.append(
      ScratchLedger.draft(1, .began(.forge)), expecting: .init(hub: hub, sequence: 0))
    _ = try await ledger.append(ScratchLedger.draft(2, .began(.forge)))
    let fault = await #expect(throws: Fault.self) {
      try await ledger.append(ScratchLedger.draft(1, .began(.forge)), expecting: .init(hub: hub, sequence: 0))
    }
    #expect(
      fault == Fault(.headMoved, ["hub": hub.text, "expected": "0", "actual": "1"]))
    // Rows of another hub do not move it.
    let row = try await ledger.append(
      ScratchLedger.draft(1, .began(.forge)), expecting: .init(hub: hub, sequence: 1))
    #expect(row.sequence == 3)
    #expect(ledger.health == .healthy)
    try ledger.close()
  }

  @Test func `two slots race for one serial and exactly one has it`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for round in 0..<40 {
      let serial = "SPK\(round)"
      let results = await withTaskGroup(of: Result<JournalRow, Fault>.self) { group in
        for number in [round * 2, round * 2 + 1] {
          group.addTask {
            do throws(Fault) {
              return .success(
                try await ledger.append(
                  ScratchLedger.draft(number, ScratchLedger.identified(number, serial: serial))))
            } catch { return .failure(error) }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let winners = results.compactMap { try? $0.get() }
      let faults = results.compactMap { result -> Fault? in
        if case .failure(let fault) = result { fault } else { nil }
      }
      #expect(winners.count == 1)
      #expect(faults.map(\.code) == [.serialClaimed])
      #expect(faults.first?.values["other"] == winners.first?.hub?.text)
      #expect(faults.first?.values["serial"] == serial)
    }
    #expect(try await ledger.lastRow()?.sequence == 40)
    #expect(try await ledger.units().count == 40)
    try ledger.close()
  }

  @Test func `the rows of a request are written together or not at all`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    _ = try await ledger.append(ScratchLedger.draft(1, ScratchLedger.identified(1)))
    let request = AppendRequest([
      ScratchLedger.draft(2, attempt: 2, .opened(device: "/dev/ttyUSB0")),
      ScratchLedger.draft(2, attempt: 2, .began(.forge)),
      ScratchLedger.draft(2, attempt: 2, ScratchLedger.identified(2, serial: "SPK10000001")),
    ])
    let fault = await #expect(throws: Fault.self) { try await ledger.append(request) }
    #expect(fault?.code == .serialClaimed)
    #expect(try await ledger.lastRow()?.sequence == 1)
    #expect(try await ledger.attempts(of: ScratchLedger.hub(2)).isEmpty)
    #expect(try await ledger.openAttempts().isEmpty)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `observers hear of every durable row, in order, and of nothing else`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let streams = [ledger.subscribe(), ledger.subscribe()]
    let path = scratch.path
    let observers = streams.map { stream in
      Task {
        let eyes = try Ledger.reading(path: path)
        var heard: [JournalRow] = []
        for await rows in stream {
          // Somebody else, through the file, sees the row already.
          let seen = try await eyes.lastRow()?.sequence ?? 0
          #expect(seen >= rows.last?.sequence ?? 0)
          heard += rows
        }
        return heard
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let head =
            number % 10 == 0 ? AppendRequest.Head(hub: ScratchLedger.hub(number), sequence: 77) : nil
          do {
            _ = try await ledger.append(ScratchLedger.draft(number, .began(.forge)), expecting: head)
          } catch {
            #expect((error as? Fault)?.code == .headMoved)
          }
        }
      }
    }
    let durable = try await ledger.rows(after: 0, limit: 1000)
    #expect(durable.count == 180)
    try ledger.close()
    for observer in observers { #expect(try await observer.value == durable) }
    for await _ in ledger.subscribe() { Issue.record("a closed ledger has no news") }
  }

  @Test func `whoever waits when the ledger closes still gets an answer`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let hold = ScratchLedger.Hold(ledger)
    let tasks = (0..<20).map { number in
      Task { try await ledger.append(ScratchLedger.draft(number, .began(.forge))) }
    }
    try await eventually("20 requests wait") { ledger.writer.backlog >= 20 }
    let closing = Thread { do { try ledger.close() } catch { Issue.record(error) } }
    closing.start()
    hold.release()
    var written = 0
    for task in tasks {
      do {
        _ = try await task.value
        written += 1
      } catch { #expect((error as? Fault)?.code == .ledgerFailed) }
    }
    try await eventually("the ledger is closed") { ledger.health == .closed }
    let eyes = try Ledger.reading(path: scratch.path)
    #expect(try await eyes.lastRow()?.sequence ?? 0 == Int64(written))
    #expect(written == 20)
  }

  @Test func `what the station remembers is kept beside the journal`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    #expect(try await ledger.value(for: "endpoint") == nil)
    try await ledger.setValue("a.example", for: "endpoint")
    try await ledger.setValue("b.example", for: "endpoint")
    try await ledger.setValue("12", for: "shipped")
    try await ledger.setValue(nil, for: "shipped")
    try ledger.close()
    let eyes = try Ledger.reading(path: scratch.path)
    #expect(try await eyes.value(for: "endpoint") == "b.example")
    #expect(try await eyes.value(for: "shipped") == nil)
    #expect(try await eyes.lastRow() == nil)
  }

  /// A look at the pages finds damage while a commit is under way, which then ends well.
  @Test func `a commit that ends well does not make a stopped ledger healthy`() {
    let (corrupt, full) = (Fault(.ledgerCorrupt), Fault(.ledgerFull))
    for (before, said, after) in [
      (.stopped(corrupt), .healthy, .stopped(corrupt)), (.stopped(corrupt), .full(full), .stopped(corrupt)),
      (.closed, .healthy, .closed), (.closed, .stopped(corrupt), .closed), (.full(full), .healthy, .healthy),
      (.healthy, .stopped(corrupt), .stopped(corrupt)), (.healthy, .full(full), .full(full)),
    ] as [(LedgerHealth, LedgerHealth, LedgerHealth)] {
      var health = before
      health.take(said)
      #expect(health == after, "\(before), \(said)")
    }
  }
}
