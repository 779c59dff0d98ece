import Foundation
import Testing

@testable import Station

/// Keys that end, are rotated, or come from a program that does not work: lanes stop, nothing is parked, hubs go on being
/// made, and sending goes on by itself when the keys are good again.
@Suite("Keys that end", .timeLimit(.minutes(5)))
struct KeyTroubleTests {
  /// `credential_process`: a shell script that prints the file `answer` beside it, or does something worse.
  private struct Program {
    let folder: String

    init() throws {
      folder = NSTemporaryDirectory() + "process-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try CloudBench.file("[default]\ncredential_process = \(folder)/run.sh\n", "config", in: folder)
    }

    var environment: [String: String] { ["HOME": folder, "AWS_CONFIG_FILE": "\(folder)/config"] }

    /// Moved into its place in one step: the program may be running.
    func set(_ body: String) throws {
      try CloudBench.file(
        "#!/bin/sh\necho run >> '\(folder)/runs'\n\(body)\n", "next.sh", in: folder, mode: 0o700)
      try #require(rename("\(folder)/next.sh", "\(folder)/run.sh") == 0)
    }

    func give(_ account: SimulatedAccount, until end: Timestamp? = nil) throws {
      var fields: [String: Any] = [
        "Version": 1, "AccessKeyId": account.accessKeyID, "SecretAccessKey": account.secretAccessKey,
      ]
      fields["SessionToken"] = account.sessionToken
      fields["Expiration"] = end?.description
      let json = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
      try set("cat <<'END'\n\(json)\nEND")
    }

    var runs: Int {
      (try? String(contentsOfFile: "\(folder)/runs", encoding: .utf8).split(separator: "\n").count) ?? 0
    }
  }

  private func session(_ account: SimulatedAccount, _ number: Int, ends: Duration?) -> SimulatedAccount {
    var next = account
    next.accessKeyID = "ASIA" + String(repeating: String(number), count: 16)
    next.secretAccessKey = "secret-\(number)"
    next.sessionToken = "token-\(number)"
    next.sessionEnd = ends.map { Timestamp(Date()).advanced(by: $0) }
    return next
  }

  private func floor(_ program: Program, issuer: String = IssuerName.stationAuthority) async throws
    -> WholeFloor
  {
    var options = WholeFloor.Options()
    options.issuer = issuer
    options.environment = program.environment
    // A program is asked again after ten seconds at the earliest, and may take twenty.
    options.clock = HurriedClock(factor: 20)
    return try await WholeFloor(options)
  }

  @Test func `credentials that end in the middle are renewed by their program`() async throws {
    let program = try Program()
    let world = try await floor(program)
    let first = session(world.cloud.account, 1, ends: .milliseconds(1500))
    try await world.cloud.apply(.keysReplaced(first))
    try program.give(first)
    let hubs = WholeFloor.hubs(0..<4)
    for hub in hubs.prefix(2) { try await world.finish(hub) }
    try await world.settle()
    #expect(program.runs == 1)

    // Half an hour later, so to speak: AWS says ExpiredToken, and the program has a new session.
    let second = session(world.cloud.account, 2, ends: nil)
    try program.give(second)
    try await eventually("the first session has ended") { Timestamp(Date()) > first.sessionEnd! }
    for hub in hubs.suffix(2) { try await world.finish(hub) }
    let courier = world.courier()
    let run = Task { try await courier.run() }
    try await eventually("the program was asked again") { program.runs >= 2 }
    try await world.cloud.apply(.keysReplaced(second))
    try await eventually("all is settled") {
      try await world.floor.ledger.outboxCounts()[.settled] == 24
    }
    await courier.stop(within: .seconds(5))
    try await run.value
    try await world.audit(hubs)
    try await world.end()
  }

  enum Breakage: String, CaseIterable, Sendable {
    case fails, hangs, garbage, ended

    var body: String {
      switch self {
      case .fails: "echo 'no token for you' >&2; exit 3"
      case .hangs: "sleep 1000"
      case .garbage: "echo '<html>Sign in</html>'"
      case .ended:
        "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",\"Expiration\":\"2020-01-01T00:00:00Z\"}'"
      }
    }

    /// What an engineer must be able to read.
    var word: String {
      switch self {
      case .fails: "exited(3)"
      case .hangs: "killed"
      case .garbage: "not the JSON"
      case .ended: "ended 2020"
      }
    }
  }

  @Test(arguments: Breakage.allCases)
  func `where AWS signs, the tile says what is wrong with the program`(breakage: Breakage) async throws {
    let program = try Program()
    let world = try await floor(program, issuer: IssuerName.aws)
    try program.set(breakage.body)
    let conclusion = await world.floor.visit(PipelineBench.hub())
    let fault = try #require(conclusion.fault)
    #expect(fault.code == .issuerUnavailable && conclusion.outcome == .errored)
    let wording = Wording(fault)
    #expect(wording.sentence.contains(breakage.word), "\(wording.sentence)")
    #expect(await world.certificates().isEmpty)
    try program.give(world.cloud.account)
    try await eventually("a hub passes") { await world.floor.visit(PipelineBench.hub()).outcome == .passed }
    try await world.end()
  }

  @Test(arguments: Breakage.allCases)
  func `a program that does not work stops the lane with a word, until it works`(breakage: Breakage)
    async throws
  {
    let program = try Program()
    let world = try await floor(program)
    try program.set(breakage.body)
    let hubs = WholeFloor.hubs(0..<3)
    try await world.finish(hubs[0])
    let courier = world.courier()
    let run = Task { try await courier.run() }
    try await eventually("the lane stops") { try await courier.status().lanes[.aws]?.word == .stopped }
    let fault = try #require(try await courier.status().lanes[.aws]?.fault)
    #expect(fault.code == (breakage == .ended ? .credentialsRefused : .credentialsMissing))
    #expect(fault.values["cause"]?.contains(breakage.word) == true, "\(fault.values)")
    #expect(fault.values["cause"]?.contains("default") == true)
    // On the wall, and in `station status`.
    let wording = Wording(fault)
    #expect(wording.sentence.contains(breakage.word), "\(wording.sentence)")
    let renderer = WallRenderer(columns: 200, colours: .none, unicode: true)
    let wall = renderer.lines(
      WallState(slots: [], models: []), WallFooter(lanes: [.aws: fault]), now: Timestamp(Date()))
    #expect(wall.contains { $0.contains(breakage.word) }, "\(wall)")
    var report = StationReport(ledger: "l")
    report.add(try await courier.status())
    #expect(report.lanes["aws"]?.cause == fault.values["cause"])
    #expect(StationReportText.lines(report).contains { $0.contains(breakage.word) })
    // Hubs go on being made; nothing is parked, and the other lane is not blamed.
    for hub in hubs.suffix(2) { try await world.finish(hub) }
    await courier.wake()
    let status = try await courier.status()
    #expect(status.parked == 0 && status.unsettled == 18 && status.lanes[.vendor]?.word == .open)
    #expect(await world.cloud.audit().units.isEmpty)

    try program.give(world.cloud.account)
    try await eventually("all is settled") { try await world.floor.ledger.outboxCounts()[.settled] == 18 }
    await courier.stop(within: .seconds(5))
    try await run.value
    try await world.audit(hubs)
    // One row about it, however often the program was asked.
    let delayed = try await world.floor.ledger.rows(after: 0, limit: 10_000).count {
      $0.kind == "outbox.delayed"
    }
    #expect(delayed == 1)
    try await world.end()
  }

  @Test func `every key is refused until the new files are there`() async throws {
    var options = WholeFloor.Options()
    options.issuer = IssuerName.stationAuthority
    let world = try await WholeFloor(options)
    var account = SimulatedAccount(seed: 77, region: world.cloud.account.region)
    account.number = world.cloud.account.number
    try await world.cloud.apply(.keysReplaced(account))
    let hubs = WholeFloor.hubs(0..<5)
    for hub in hubs { try await world.finish(hub) }
    let courier = world.courier()
    let run = Task { try await courier.run() }
    try await eventually("the lane stops") { try await courier.status().lanes[.aws]?.word == .stopped }
    #expect(try await courier.status().lanes[.aws]?.fault?.code == .credentialsRefused)
    // Only AWS's key is given first: then it is the vendor's turn to refuse.
    let other = "\(world.folder)/new-keys"
    let files = try await world.cloud.writeCredentials(to: other)
    try #require(rename(files.awsCredentials, "\(world.folder)/keys/aws-credentials") == 0)
    try await eventually("the vendor's lane stops") {
      try await courier.status().lanes[.vendor]?.word == .stopped
    }
    #expect(try await courier.status().lanes[.vendor]?.fault?.code == .credentialsRefused)
    #expect(try await courier.status().parked == 0)
    try #require(rename(files.apiKey, "\(world.folder)/keys/vendor-api-key") == 0)
    try await eventually("all is settled") { try await world.floor.ledger.outboxCounts()[.settled] == 30 }
    await courier.stop(within: .seconds(5))
    try await run.value
    try await world.audit(hubs)
    try await world.end()
  }
}
