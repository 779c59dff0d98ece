/// Randomness as an effect, so that a test can seed it. Never used for keys: those come from OpenSSL alone.
protocol Randomness: Sendable {
  func bytes(_ count: Int) -> [UInt8]
}

/// The system's generator.
struct SystemRandomness: Randomness {
  func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}
