import Synchronization

@testable import Station

/// A clock that stands still until it is told to move. Sleepers wake in the order of their deadlines, and of those with
/// the same deadline in the order in which they went to sleep.
final class ManualClock: StationClock {
  fileprivate struct Sleeper {
    var id: Int
    var deadline: Duration
    var continuation: CheckedContinuation<Bool, Never>
  }

  fileprivate struct Moment {
    var uptime: Duration = .zero
    var wall: Timestamp
    var clockState: ClockState = .synchronised
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var nextID = 0
  }

  private let moment: Mutex<Moment>

  init(_ start: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) {
    moment = Mutex(Moment(wall: start))
  }

  func now() -> Timestamp { moment.withLock { $0.wall } }
  func state() -> ClockState { moment.withLock { $0.clockState } }
  func uptime() -> Duration { moment.withLock { $0.uptime } }

  var sleeperCount: Int { moment.withLock { $0.sleepers.count } }
  var nextDeadline: Duration? { moment.withLock { $0.sleepers.first?.deadline } }

  func sleep(for duration: Duration) async throws(CancellationError) {
    let id = moment.withLock { moment in
      moment.nextID += 1
      return moment.nextID
    }
    let completed = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let early: Bool? = moment.withLock { moment in
          if moment.cancelled.remove(id) != nil { return false }
          if duration <= .zero { return true }
          let sleeper = Sleeper(id: id, deadline: moment.uptime + duration, continuation: continuation)
          let index = moment.sleepers.firstIndex { $0.deadline > sleeper.deadline } ?? moment.sleepers.count
          moment.sleepers.insert(sleeper, at: index)
          return nil
        }
        if let early { continuation.resume(returning: early) }
      }
    } onCancel: {
      let sleeper: Sleeper? = moment.withLock { moment in
        guard let index = moment.sleepers.firstIndex(where: { $0.id == id }) else {
          moment.cancelled.insert(id)
          return nil
        }
        return moment.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(returning: false)
    }
    if !completed || Task.isCancelled { throw CancellationError() }
  }

  /// Moves the time on; everyone whose deadline is passed wakes, in order, each seeing its own deadline or later.
  func advance(by duration: Duration) {
    let goal = uptime() + duration
    while let next = nextDeadline, next <= goal { wakeNext() }
    moment.withLock { $0.move(to: goal) }
  }

  /// Moves the time to the next deadline and wakes that one sleeper.
  @discardableResult
  func wakeNext() -> Bool {
    let sleeper: Sleeper? = moment.withLock { moment in
      guard !moment.sleepers.isEmpty else { return nil }
      let first = moment.sleepers.removeFirst()
      moment.move(to: first.deadline)
      return first
    }
    sleeper?.continuation.resume(returning: true)
    return sleeper != nil
  }

  /// The wall clock is set, as by NTP or a person: it may jump, the uptime does not.
  func setWall(_ wall: Timestamp, _ state: ClockState = .synchronised) {
    moment.withLock {
      $0.wall = wall
      $0.clockState = state
    }
  }
}

extension ManualClock.Moment {
  fileprivate mutating func move(to goal: Duration) {
    guard goal > uptime else { return }
    wall = wall.advanced(by: goal - uptime)
    uptime = goal
  }
}
