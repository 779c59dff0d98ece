import Foundation
import Synchronization
import Testing

@testable import Station

/// One reader under libFuzzer, which is guided by what parts of the program an input reaches. By hand: `make fuzz`
/// builds with the instrumentation, names the reader in `STATION_FUZZ`, and gives libFuzzer's own arguments.
@Suite("Coverage-guided fuzzing")
struct FuzzCoverageTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// libFuzzer calls a C function, which can carry nothing.
  private static let target = Mutex<FuzzTarget?>(nil)

  private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private typealias Driver =
    @convention(c) (UnsafeMutablePointer<CInt>, UnsafeMutablePointer<Arguments?>, Callback) -> CInt

  @Test(.enabled(if: environment["STATION_FUZZ"] != nil, "by hand: make fuzz"))
  func `one reader, guided by coverage, until libFuzzer has enough`() async throws {
    let name = Self.environment["STATION_FUZZ"] ?? ""
    let targets = try await FuzzTargets.all()
    let target = try #require(
      targets.first { $0.name == name }, "readers: \(targets.map(\.name).joined(separator: ", "))")
    let symbol = try #require(dlsym(nil, "LLVMFuzzerRunDriver"), "built without libFuzzer: use make fuzz")
    Self.target.withLock { $0 = target }
    let corpus = try #require(Self.environment["STATION_FUZZ_CORPUS"])
    try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: true)
    for (number, sample) in target.samples.enumerated() {
      try Data(sample).write(to: URL(filePath: "\(corpus)/sample-\(number)"))
    }
    // Never returns: libFuzzer ends the process, with 0 when it found nothing.
    Self.run(
      unsafeBitCast(symbol, to: Driver.self),
      (Self.environment["STATION_FUZZ_ARGUMENTS"] ?? "").split(separator: " ").map(String.init) + [corpus])
  }

  private static func run(_ driver: Driver, _ arguments: [String]) {
    var words = (["station"] + arguments).map { strdup($0) } + [nil]
    var count = CInt(words.count - 1)
    words.withUnsafeMutableBufferPointer { buffer in
      var pointer = buffer.baseAddress
      _ = driver(&count, &pointer) { bytes, length in
        let input = Array(UnsafeBufferPointer(start: bytes, count: length))
        do { try FuzzCoverageTests.target.withLock { $0 }?.check(input) } catch let error
          as FuzzTarget.Violation
        {
          fatalError("\(error)")
        } catch {}
        return 0
      }
    }
  }
}
