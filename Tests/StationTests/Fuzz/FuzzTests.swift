import Foundation
import Testing

@testable import Station

/// Every reader of bytes from outside, with inputs made from good ones. The same seed gives the same inputs.
///
/// `STATION_SEED` gives another seed; `STATION_SOAK_SECONDS` goes on with new ones for so long.
@Suite("Fuzzing")
struct FuzzTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test func `no reader crashes, hangs or lets through what it must not, whatever it is given`() async throws
  {
    let targets = try await FuzzTargets.all()
    let watch = FuzzWatch()
    defer { watch.stop() }
    var seed = Self.number("STATION_SEED") ?? 20_261_121
    let end = ContinuousClock.now + .seconds(Int64(Self.number("STATION_SOAK_SECONDS") ?? 0))
    var count = 0
    let began = ContinuousClock.now
    repeat {
      for target in targets {
        try run(target, seed: seed, watch: watch)
        count += target.inputs
      }
      seed += 1
    } while ContinuousClock.now < end
    let seconds = Double((began.duration(to: .now) / .milliseconds(1)).rounded()) / 1000
    print(
      "fuzz: seed \(seed - 1), \(targets.count) readers, \(count) inputs, \(Int(Double(count) / seconds)) a second"
    )
  }

  private func run(_ target: FuzzTarget, seed: UInt64, watch: FuzzWatch) throws {
    #expect(!target.samples.isEmpty, "\(target.name) has no samples")
    var mutation = FuzzMutation(target, seed: seed)
    for number in 0..<target.inputs {
      let input = mutation.next()
      do { try watch.watch(target, input) } catch let violation as FuzzTarget.Violation {
        Issue.record(
          "\(target.name), STATION_SEED=\(seed), input \(number): \(violation) in \(Data(input.prefix(400)).base64EncodedString())"
        )
        return
      } catch {}
    }
  }

  @Test func `every sample is taken by its reader`() async throws {
    for target in try await FuzzTargets.all() {
      for sample in target.samples {
        #expect(throws: Never.self, "\(target.name)") { try target.check(sample) }
      }
    }
  }
}
