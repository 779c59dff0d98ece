import Synchronization

@testable import Station

/// One thread that runs every job of a simulated world, in an order drawn from a seed: what two tasks do beside each
/// other happens in every order, and in the same order again for the same seed.
final class SeededExecutor: TaskExecutor {
  private struct Line {
    var jobs: [UnownedJob] = []
    var random: SplitMix
    var isDone = false
  }
  private let line: Mutex<Line>

  init(seed: UInt64) { line = Mutex(Line(random: SplitMix(seed: seed, name: "executor"))) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    line.withLock { $0.jobs.append(job) }
  }

  /// Runs `work` and everything that comes of it in the caller's thread, until it has ended.
  ///
  /// - Parameter whenIdle: called when every task waits; moves the clock. False: nothing ever will happen.
  /// - Returns: false when the world stood still before `work` had ended.
  func run(_ work: @escaping @Sendable () async -> Void, whenIdle: () -> Bool) -> Bool {
    line.withLock { $0.isDone = false }
    Task(executorPreference: self) {
      await work()
      self.line.withLock { $0.isDone = true }
    }
    while true {
      let (job, isDone) = line.withLock { line -> (UnownedJob?, Bool) in
        guard !line.jobs.isEmpty else { return (nil, line.isDone) }
        let place = Int.random(in: 0..<line.jobs.count, using: &line.random)
        return (line.jobs.remove(at: place), line.isDone)
      }
      if let job {
        job.runSynchronously(on: asUnownedTaskExecutor())
      } else if isDone {
        return true
      } else if !whenIdle() {
        return false
      }
    }
  }
}
