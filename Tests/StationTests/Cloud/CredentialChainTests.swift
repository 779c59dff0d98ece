import Foundation
import Testing

@testable import Station

@Suite("AWS credentials")
struct CredentialChainTests {
  private func chain(
    _ environment: [String: String], profile: String? = nil, clock: any StationClock = CloudTestClock(),
    limit: Duration = .seconds(20)
  ) -> CredentialChain {
    CredentialChain(profile: profile, environment: environment, clock: clock, processTimeLimit: limit)
  }

  private func files(_ folder: String, credentials: String? = nil, config: String? = nil) throws -> [String:
    String]
  {
    var environment = ["HOME": folder]
    environment["AWS_SHARED_CREDENTIALS_FILE"] = "\(folder)/credentials"
    environment["AWS_CONFIG_FILE"] = "~/config"
    if let credentials { try CloudBench.file(credentials, "credentials", in: folder) }
    if let config { try CloudBench.file(config, "config", in: folder, mode: 0o644) }
    return environment
  }

  /// A `credential_process` of the test: counts its runs, then does what `body` says.
  private func program(_ body: String, in folder: String) throws -> String {
    try CloudBench.file(
      "#!/bin/sh\necho run >> \"\(folder)/runs\"\n\(body)\n", "process.sh", in: folder, mode: 0o700)
  }

  private func runs(_ folder: String) -> Int {
    (try? String(contentsOfFile: "\(folder)/runs", encoding: .utf8).split(separator: "\n").count) ?? 0
  }

  @Test("the environment comes first, a profile of the settings before it")
  func order() async throws {
    try await CloudBench.withScratch { folder in
      var environment = try files(
        folder,
        credentials:
          "[default]\naws_access_key_id=D\naws_secret_access_key=ds\n[factory]\naws_access_key_id=F\naws_secret_access_key=fs\n"
      )
      #expect(try await chain(environment).current().accessKeyID == "D")
      environment["AWS_PROFILE"] = "factory"
      #expect(try await chain(environment).current().accessKeyID == "F")
      environment["AWS_ACCESS_KEY_ID"] = "E"
      environment["AWS_SECRET_ACCESS_KEY"] = "es"
      environment["AWS_SESSION_TOKEN"] = "token"
      let found = try await chain(environment).current()
      #expect(found.accessKeyID == "E" && found.sessionToken == "token" && found.source == "environment")
      #expect(try await chain(environment, profile: "default").current().accessKeyID == "D")
    }
  }

  @Test("the quirks of the files: comments, white space, quotes, CRLF, BOM, settings below settings")
  func quirks() {
    let text =
      "\u{FEFF}# a comment\r\n[profile  \"line 3\" ] ; the one\r\nregion = eu-west-1 # here\r\ns3 =\r\n  region = nested\r\n"
      + "AWS_Access_Key_ID\t=  AKIA1 \r\naws_secret_access_key = a#b=c;d\r\ncredential_process = /bin/x  #1 \"a b\"\r\nno equals sign\r\n"
      + "[default]\r\nregion=one\r\nregion=two\r\n[stranger]\r\nregion=three\r\n[profile x\r\nregion=four\r\n"
    let file = AWSProfileFile(text, prefixed: true)
    #expect(file.sections["line 3"]?["region"] == "eu-west-1")
    #expect(file.sections["line 3"]?["aws_access_key_id"] == "AKIA1")
    #expect(file.sections["line 3"]?["aws_secret_access_key"] == "a#b=c;d")
    #expect(file.sections["line 3"]?["credential_process"] == "/bin/x  #1 \"a b\"")
    #expect(file.sections["default"] == ["region": "two"])
    #expect(Set(file.sections.keys) == ["line 3", "default"])
    #expect(
      Set(AWSProfileFile("[a]\nx=1\n[profile b]\ny=2", prefixed: false).sections.keys) == ["a", "profile b"])
  }

  @Test(
    "a command line is split as a shell would, without expanding",
    arguments: [
      ("/bin/x a  b", ["/bin/x", "a", "b"]), ("x \"a b\" 'c \"d\\'", ["x", "a b", "c \"d\\"]),
      (#"x a\ b "q\"\n""#, ["x", "a b", #"q"\n"#]),
      ("x '' $HOME `id`", ["x", "", "$HOME", "`id`"]), ("x 'open", nil), ("x \\", nil),
    ] as [(String, [String]?)])
  func commandLine(_ text: String, words: [String]?) {
    #expect(CommandLineWords.split(text) == words)
  }

  @Test("a credentials file that others may read is refused and named")
  func exposed() async throws {
    try await CloudBench.withScratch { folder in
      let environment = try files(
        folder, credentials: "[default]\naws_access_key_id=D\naws_secret_access_key=ds\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(folder)/credentials")
      let fault = await CloudBench.fault { try await chain(environment).current() }
      #expect(fault?.code == .credentialsMissing)
      #expect(fault?.values["cause"]?.contains("\(folder)/credentials has mode 640") == true)
      // Keys in the config file are no better off.
      try FileManager.default.removeItem(atPath: "\(folder)/credentials")
      try CloudBench.file(
        "[default]\naws_access_key_id=D\naws_secret_access_key=ds\n", "config", in: folder, mode: 0o644)
      #expect(
        await CloudBench.fault { try await chain(environment).current() }?.values["cause"]?.contains(
          "chmod 600") == true)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder)/config")
      #expect(try await chain(environment).current().accessKeyID == "D")
    }
  }

  @Test("a new key in the file is taken up at the next use, and the version tells")
  func changes() async throws {
    try await CloudBench.withScratch { folder in
      let environment = try files(folder)
      let chain = chain(environment)
      #expect(await CloudBench.fault { try await chain.current() }?.code == .credentialsMissing)
      let none = await chain.version()
      try CloudBench.file(
        "[default]\naws_access_key_id=ONE1\naws_secret_access_key=secret-1\n", "credentials", in: folder)
      let first = await chain.version()
      try CloudBench.file(
        "[default]\naws_access_key_id=ONE1\naws_secret_access_key=secret-2\n", "credentials", in: folder)
      #expect(try await chain.current().secretAccessKey == "secret-2")
      let second = await chain.version()
      #expect(Set([none, first, second]).count == 3)
      #expect(await chain.version() == second)
      #expect(!second.contains("secret") && !second.contains("ONE1"))
    }
  }

  @Test("credentials show the end of their key and nothing else")
  func descriptions() {
    struct Holder { var credentials: AWSCredentials }
    let credentials = AWSCredentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "SECRETSECRET", sessionToken: "TOKENTOKEN",
      source: "environment")
    var dumped = ""
    dump(Holder(credentials: credentials), to: &dumped)
    for text in [
      "\(credentials)", "\(Holder(credentials: credentials))", String(reflecting: credentials), dumped,
      "\([credentials])",
    ] {
      #expect(text.contains("MPLE"))
      for hidden in ["SECRET", "TOKEN", "AKIAIOSF"] { #expect(!text.contains(hidden), "\(text)") }
    }
  }

  @Test("a program is run once, renewed five minutes before the end, and asked again when refused")
  func process() async throws {
    try await CloudBench.withScratch { folder in
      let start = try #require(Timestamp("2026-11-21T06:00:00.000Z"))
      let clock = CloudTestClock(start)
      let path = try program(
        "[ \"$1\" = 'two words' ] || exit 9\necho '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"ps\",\"SessionToken\":\"t\",\"Expiration\":\"2026-11-21T07:00:00+00:00\"}'",
        in: folder)
      let environment = try files(folder, config: "[default]\ncredential_process = \(path) \"two words\"\n")
      let chain = chain(environment, clock: clock)
      let found = try await chain.current()
      #expect(found.accessKeyID == "P" && found.sessionToken == "t")
      #expect(found.expiration == Timestamp("2026-11-21T07:00:00.000Z"))
      _ = try await chain.current()
      #expect(runs(folder) == 1)
      clock.advance(by: .seconds(54 * 60))
      _ = try await chain.current()
      #expect(runs(folder) == 1)
      clock.advance(by: .seconds(90))
      _ = try await chain.current()
      #expect(runs(folder) == 2)
      // Refused by the server: asked again, but not within ten seconds.
      await chain.wereRefused(try await chain.current())
      _ = try await chain.current()
      #expect(runs(folder) == 2)
      clock.advance(by: .seconds(11))
      _ = try await chain.current()
      #expect(runs(folder) == 3)
      // It fails from now on; what it gave is still good for four minutes.
      _ = try program("exit 1", in: folder)
      clock.advance(by: .seconds(11))
      #expect(try await chain.current().accessKeyID == "P")
      clock.advance(by: .seconds(300))
      #expect(await CloudBench.fault { try await chain.current() }?.code == .credentialsMissing)
    }
  }

  private static func answer(_ key: String) -> String {
    "echo '{\"Version\":1,\"AccessKeyId\":\"\(key)\",\"SecretAccessKey\":\"ps\",\"Expiration\":\"2026-11-21T07:00:00Z\"}'"
  }

  /// A chain at six o'clock, whose program has just given `P` until seven.
  private func given(_ folder: String, clock: any StationClock) async throws -> CredentialChain {
    let path = try program(Self.answer("P"), in: folder)
    let chain = chain(try files(folder, config: "[default]\ncredential_process = \(path)\n"), clock: clock)
    #expect(try await chain.current().accessKeyID == "P")
    return chain
  }

  private static let sixOClock = Timestamp("2026-11-21T06:00:00.000Z")!

  @Test("a review that comes to nothing leaves what is still good", arguments: ["exit 3", "echo garbage"])
  func failedReview(_ body: String) async throws {
    try await CloudBench.withScratch { folder in
      let clock = CloudTestClock(Self.sixOClock)
      let chain = try await given(folder, clock: clock)
      let version = await chain.version()
      _ = try program(body, in: folder)
      for review in 2...4 {
        clock.advance(by: .seconds(31))
        #expect(await chain.version() == version)
        #expect(try await chain.current().accessKeyID == "P")
        #expect(runs(folder) == review)
      }
      // Good as long as they say, and no longer.
      clock.advance(by: .seconds(3600))
      #expect(await CloudBench.fault { try await chain.current() }?.code == .credentialsMissing)
    }
  }

  @Test("nobody waits for a review that hangs, and it costs nobody anything")
  func hangingReview() async throws {
    try await CloudBench.withScratch { folder in
      let clock = ManualClock(Self.sixOClock)
      let chain = try await given(folder, clock: clock)
      let version = await chain.version()
      _ = try program("exec sleep 300", in: folder)
      clock.advance(by: .seconds(31))
      let reviews = (0..<2).map { _ in Task { await chain.version() } }
      try await eventually("the program hangs") { runs(folder) == 2 && clock.sleeperCount == 1 }
      #expect(try await chain.current().accessKeyID == "P")
      clock.advance(by: .seconds(20))
      for review in reviews { #expect(await review.value == version) }
      #expect(try await chain.current().accessKeyID == "P")
    }
  }

  @Test("what a server refused is kept no longer, and nothing else is dropped for it")
  func refused() async throws {
    try await CloudBench.withScratch { folder in
      let clock = CloudTestClock(Self.sixOClock)
      let chain = try await given(folder, clock: clock)
      let old = try await chain.current()
      _ = try program(Self.answer("Q"), in: folder)
      await chain.wereRefused(old)
      clock.advance(by: .seconds(11))
      #expect(try await chain.current().accessKeyID == "Q")
      // A call that was out meanwhile comes back; then the program fails.
      await chain.wereRefused(old)
      _ = try program("exit 1", in: folder)
      clock.advance(by: .seconds(31))
      _ = await chain.version()
      let new = try await chain.current()
      #expect(new.accessKeyID == "Q")
      await chain.wereRefused(new)
      clock.advance(by: .seconds(11))
      let fault = await CloudBench.fault { try await chain.current() }
      #expect(fault?.values["cause"]?.contains("exited(1)") == true)
    }
  }

  @Test("a secret before the program's name, as a shell would take it, is in no cause")
  func secretInCommandLine() async throws {
    try await CloudBench.withScratch { folder in
      let chain = chain(
        try files(folder, config: "[default]\ncredential_process = TOKEN=SECRETSECRET helper\n"))
      let fault = try #require(await CloudBench.fault { try await chain.current() })
      #expect(fault.values["cause"]?.contains("there is no such program") == true, "\(fault)")
      #expect(!"\(fault)".contains("SECRETSECRET"))
    }
  }

  @Test("many callers at once run the program once")
  func singleFlight() async throws {
    try await CloudBench.withScratch { folder in
      let path = try program(
        "echo '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"ps\"}'", in: folder)
      let chain = chain(try files(folder, config: "[default]\ncredential_process = \(path)\n"))
      let keys = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<20 { group.addTask { try await chain.current().accessKeyID } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(keys == ["P"])
      #expect(runs(folder) == 1)
    }
  }

  @Test(
    "a program that fails, prints garbage, prints too much or nothing is told with a clear word",
    arguments: [
      ("exit 3", FaultCode.credentialsMissing, "ended with"),
      ("echo hello", .credentialsMissing, "not the JSON"),
      (
        "echo '{\"Version\":2,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"SECRETSECRET\"}'",
        .credentialsMissing, "version 2"
      ),
      (
        "echo '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"SECRETSECRET\",\"Expiration\":\"2001-01-01T00:00:00Z\"}'",
        .credentialsRefused, "ended 2001-01-01"
      ),
      (
        "echo '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"SECRETSECRET\",\"Expiration\":\"tomorrow\"}'",
        .credentialsMissing, "ISO 8601"
      ),
      (
        "echo '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":7,\"x\":\"SECRETSECRET\"}'",
        .credentialsMissing, "not the JSON"
      ),
      ("yes SECRETSECRET", .credentialsMissing, "more than 65536"),
      ("true", .credentialsMissing, "not the JSON"),
      ("printf '\\377\\376'", .credentialsMissing, "not UTF-8"),
    ])
  func badProcess(_ body: String, code: FaultCode, word: String) async throws {
    try await CloudBench.withScratch { folder in
      let path = try program(body, in: folder)
      let chain = chain(try files(folder, config: "[default]\ncredential_process = \(path)\n"))
      let fault = try #require(await CloudBench.fault { try await chain.current() })
      #expect(fault.code == code)
      #expect(fault.values["cause"]?.contains(word) == true, "\(fault)")
      #expect(!"\(fault)".contains("SECRETSECRET"))
    }
  }

  @Test("a program that hangs is killed with what it started")
  func hangs() async throws {
    try await CloudBench.withScratch { folder in
      let path = try program("sleep 300 & echo $! > \(folder)/child; wait", in: folder)
      let chain = chain(
        try files(folder, config: "[default]\ncredential_process = \(path)\n"), limit: .milliseconds(500))
      let fault = try #require(await CloudBench.fault { try await chain.current() })
      #expect(fault.code == .credentialsMissing)
      #expect(fault.values["cause"]?.contains("did not end in time") == true, "\(fault)")
      let child = try #require(
        Int32(
          String(contentsOfFile: "\(folder)/child", encoding: .utf8).trimmingCharacters(
            in: .whitespacesAndNewlines)))
      // A zombie that nobody reaped is dead too.
      let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8))?.split(separator: " ")
        .dropFirst(2).first
      #expect(state == nil || state == "Z")
    }
  }

  @Test("a program that does not exist is named by its profile")
  func noProgram() async throws {
    try await CloudBench.withScratch { folder in
      let chain = chain(
        try files(folder, config: "[profile a]\ncredential_process = /nonexistent/x\n"), profile: "a")
      let fault = try #require(await CloudBench.fault { try await chain.current() })
      #expect(
        fault.values["cause"]?.contains("credential_process of profile a: it could not be started") == true)
    }
  }
}
