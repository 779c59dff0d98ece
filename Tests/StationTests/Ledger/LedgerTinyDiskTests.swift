import Foundation
import Testing

@testable import Station

/// A real file system that is really full, and then really read-only: a tmpfs of two megabytes in a mount namespace
/// of its own, in which this test program is started once more.
@Suite("A ledger on a tiny disk")
struct LedgerTinyDiskTests {
  private static let variable = "STATION_TEST_TINY_DISK"
  private static let inside = ProcessInfo.processInfo.environment[variable]

  @Test func `a full file system and a read-only one lose nothing and are named`() throws {
    guard Self.inside == nil else { return }
    let scratch = try ScratchLedger()
    let disk = scratch.folder.appending(path: "disk").path()
    let report = scratch.folder.appending(path: "report").path()
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let probe = try Self.shell(["unshare", "-rm", "mount", "-t", "tmpfs", "none", disk], [:])
    guard probe == 0 else {
      print("skipped: this machine lets no test mount a tmpfs of its own (unshare -rm: exit \(probe))")
      return
    }
    let script = #"mount -t tmpfs -o size=2m none "$0" && exec "$@""#
    let status = try Self.shell(
      ["unshare", "-rm", "sh", "-c", script, disk] + Self.program
        + ["--testing-library", "swift-testing", "--filter", "LedgerTinyDiskTests"],
      [Self.variable: "\(disk):\(report)"])
    #expect(status == 0)
    // Without this, a program that ran no test at all would pass.
    #expect(try String(contentsOfFile: report, encoding: .utf8) == "full, freed, read-only")
  }

  private static var program: [String] {
    [
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        ?? CommandLine.arguments[0]
    ]
      + (CommandLine.arguments.dropFirst().first { $0.hasSuffix(".xctest") }.map {
        ["--test-bundle-path", $0]
      } ?? [])
  }

  private static func shell(_ arguments: [String], _ environment: [String: String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test(.enabled(if: inside != nil, "runs inside the tiny disk only, started by the test above"))
  func `inside the tiny disk`() async throws {
    let parts = try #require(Self.inside).split(separator: ":").map(String.init)
    let (disk, report) = (URL(filePath: parts[0]), parts[1])
    let ballast = disk.appending(path: "ballast")
    try Data(count: 100_000).write(to: ballast)
    let path = disk.appending(path: "ledger.sqlite").path()
    let clock = ScratchLedger.Clock()
    func open() throws -> Ledger {
      try Ledger.open(
        path: path, station: "tiny", clock: clock, versions: StationStart(version: "1", settings: "defaults"))
    }
    let ledger = try open()
    var written: [JournalRow] = []
    var refusal: Fault?
    while refusal == nil, written.count < 5000 {
      do throws(Fault) {
        written += try await ledger.append(
          AppendRequest(ScratchLedger.draft(written.count, ScratchLedger.identified(written.count))))
      } catch { refusal = error }
    }
    #expect(refusal?.code == .ledgerFull, "\(String(describing: refusal))")
    #expect(written.count > 5)
    #expect(try await ledger.rows(after: 0, limit: 5000) == written)
    try FileManager.default.removeItem(at: ballast)
    written += try await ledger.append(AppendRequest(ScratchLedger.draft(9000, .began(.forge))))
    #expect(ledger.health == .healthy)
    #expect(try await ledger.verifyChain().rows == Int64(written.count))
    try ledger.close()
    let again = try open()
    #expect(try await again.rows(after: 0, limit: 5000) == written)
    try again.close()

    #expect(try Self.shell(["mount", "-o", "remount,ro", disk.path()], [:]) == 0)
    let fault = #expect(throws: Fault.self) { try open() }
    #expect(fault?.code == .ledgerReadOnly)
    try "full, freed, read-only".write(toFile: report, atomically: true, encoding: .utf8)
  }
}
