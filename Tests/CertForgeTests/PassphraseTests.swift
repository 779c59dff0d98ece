import CertForge
import Foundation
import Testing

@Suite("Passphrases")
struct PassphraseTests {
  @Test(arguments: [
    ("word\n", "word"), ("word", "word"), ("word\r\n", "word"), ("word\n\n", "word\n"), (" a b \n", " a b "),
  ])
  func `one line end after it is not part of it`(content: String, passphrase: String) throws {
    let scratch = try Scratch()
    let read = try Passphrase(file: scratch.write(content, to: "secret"))
    #expect(read.withBytes { Array($0) } == Array(passphrase.utf8))
    #expect(read.count == passphrase.utf8.count)
  }

  @Test(arguments: [0o604, 0o640, 0o660, 0o666, 0o602, 0o601])
  func `a file that others may use is refused`(mode: Int) throws {
    let scratch = try Scratch()
    let path = try scratch.write("word", to: "secret", mode: mode)
    #expect(code { _ = try Passphrase(file: path) } == .passphraseFileUnsafe)
  }

  @Test func `a file of another user is refused`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("word", to: "secret")
    guard geteuid() == 0 else {
      print("not tried: only root can give a file to another user")
      return
    }
    #expect(chown(path, 12345, 12345) == 0)
    #expect(code { _ = try Passphrase(file: path) } == .passphraseFileUnsafe)
  }

  @Test func `what is no passphrase file is refused and never waited for`() throws {
    let scratch = try Scratch()
    #expect(code { _ = try Passphrase(file: scratch.path("absent")) } == .passphraseFileUnreadable)
    #expect(code { _ = try Passphrase(file: scratch.path) } != nil)
    #expect(mkfifo(scratch.path("fifo"), 0o600) == 0)
    #expect(code { _ = try Passphrase(file: scratch.path("fifo")) } == .passphraseFileUnreadable)
    for content in [
      "", "\n", "\r\n", String(repeating: "x", count: 1001), String(repeating: "x", count: 1 << 20),
    ] {
      let path = try scratch.write(content, to: "secret")
      #expect(code { _ = try Passphrase(file: path) } == .passphraseRefused, "\(content.count) characters")
    }
    let longest = String(repeating: "x", count: Passphrase.longest)
    #expect(try Passphrase(file: scratch.write(longest + "\r\n", to: "secret")).count == Passphrase.longest)
  }

  @Test func `a credential comes from systemd's folder, under its own name only`() throws {
    let scratch = try Scratch()
    // systemd's own files show a group bit, which is the mask of an access control list.
    try scratch.write("word\n", to: "ca", mode: 0o440)
    let environment = ["CREDENTIALS_DIRECTORY": scratch.path]
    let read = try Passphrase(credential: "ca", environment: environment)
    #expect(read.withBytes { Array($0) } == Array("word".utf8))
    #expect(code { _ = try Passphrase(credential: "ca", environment: [:]) } == .credentialUnavailable)
    for name in ["", ".", "..", "../ca", "/etc/passwd", "a/b"] {
      #expect(
        code { _ = try Passphrase(credential: name, environment: environment) } == .credentialUnavailable)
    }
    #expect(
      code { _ = try Passphrase(credential: "other", environment: environment) } == .passphraseFileUnreadable)
    #expect(chmod(scratch.path("ca"), 0o444) == 0)
    #expect(code { _ = try Passphrase(credential: "ca", environment: environment) } == .passphraseFileUnsafe)
  }
}
