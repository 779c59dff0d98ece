import Foundation
import Testing

@testable import Station

@Suite("Secrets of the vendor's cloud")
struct SecretReaderTests {
  @Test("the first line of a file of its owner alone")
  func file() async throws {
    try await CloudBench.withScratch { folder in
      let path = try CloudBench.file("  key-one \r\nsecond line\n", "key", in: folder)
      let reader = SecretReader(.file(path), label: "api-key", clock: CloudTestClock())
      #expect(try await reader.secret() == "key-one")
      let first = await reader.version()
      try CloudBench.file("key-two\n", "key", in: folder)
      #expect(try await reader.secret() == "key-two")
      #expect(await reader.version() != first)
      #expect(!first.contains("key-one"))
    }
  }

  @Test(
    "a file that is exposed, missing, empty, too long or not printable is refused with its path",
    arguments: ["mode 644", "no file", "not 1 to 4096", "longer than", "not a regular file", "not UTF-8"])
  func badFile(_ word: String) async throws {
    try await CloudBench.withScratch { folder in
      var path = "\(folder)/key"
      switch word {
      case "mode 644": try CloudBench.file("key\n", "key", in: folder, mode: 0o644)
      case "not 1 to 4096": try CloudBench.file("\n \n", "key", in: folder)
      case "longer than": try CloudBench.file(String(repeating: "x", count: 70_000), "key", in: folder)
      case "not a regular file": path = folder
      case "not UTF-8":
        try Data([0xFF, 0xFE]).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      default: break
      }
      let reader = SecretReader(.file(path), label: "api-key", clock: CloudTestClock())
      let fault = try #require(await CloudBench.fault { try await reader.secret() })
      #expect(fault.code == .credentialsMissing)
      #expect(fault.values["cause"]?.contains(word) == true, "\(fault)")
      #expect(fault.values["cause"]?.contains(path) == true)
    }
  }

  @Test("a command is run once, and again after the server refused its answer")
  func command() async throws {
    try await CloudBench.withScratch { folder in
      let path = try CloudBench.file(
        "#!/bin/sh\necho x >> \(folder)/runs\nwc -l < \(folder)/runs | sed 's/^ */key-/'\n", "vault",
        in: folder, mode: 0o700)
      let clock = CloudTestClock()
      let reader = SecretReader(.command([path, "read"]), label: "api-key", clock: clock)
      #expect(try await reader.secret() == "key-1")
      clock.advance(by: .seconds(3600))
      #expect(try await reader.secret() == "key-1")
      await reader.wasRefused("key-1")
      #expect(try await reader.secret() == "key-2")
      let version = await reader.version()
      clock.advance(by: .seconds(31))
      #expect(await reader.version() != version)
    }
  }

  @Test("what a command gave serves on while it fails, until a server refuses it")
  func failingCommand() async throws {
    try await CloudBench.withScratch { folder in
      let path = try CloudBench.file("#!/bin/sh\necho key-1\n", "vault", in: folder, mode: 0o700)
      let clock = CloudTestClock()
      let reader = SecretReader(.command([path]), label: "api-key", clock: clock)
      let version = await reader.version()
      try CloudBench.file("#!/bin/sh\nexit 4\n", "vault", in: folder, mode: 0o700)
      for _ in 0..<3 {
        clock.advance(by: .seconds(31))
        #expect(await reader.version() == version)
        #expect(try await reader.secret() == "key-1")
      }
      await reader.wasRefused("an older one")
      clock.advance(by: .seconds(11))
      #expect(try await reader.secret() == "key-1")
      await reader.wasRefused("key-1")
      clock.advance(by: .seconds(11))
      #expect(await CloudBench.fault { try await reader.secret() }?.code == .credentialsMissing)
    }
  }

  @Test("a command that fails says so without its output")
  func badCommand() async throws {
    let reader = SecretReader(
      .command(["sh", "-c", "echo SECRETSECRET; echo SECRETSECRET >&2; exit 4"]), label: "api-key",
      clock: CloudTestClock())
    let fault = try #require(await CloudBench.fault { try await reader.secret() })
    #expect(fault.code == .credentialsMissing)
    #expect(fault.values["cause"]?.contains("ended with") == true)
    #expect(!"\(fault)".contains("SECRETSECRET"))
  }
}
