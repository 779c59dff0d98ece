import Synchronization

@testable import Station

/// Seeded (SplitMix64), so that a failing case replays.
final class CourierRandomness: Randomness {
  private let state: Mutex<UInt64>

  init(seed: UInt64) { state = Mutex(seed) }

  func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }

  private func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}

/// Always the same byte: the least or the most that jitter can give.
struct ConstantRandomness: Randomness {
  var byte: UInt8
  func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }
}
