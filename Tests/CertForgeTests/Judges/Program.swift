import Foundation

/// Runs a program that is not ours and keeps what it said. Not Foundation's own way: output goes to a file and the
/// child is waited for by its number, so that no pipe can fill and no run loop is needed.
enum Program {
  struct Answer: Sendable {
    let status: Int32
    /// Standard output and standard error, as they came.
    let text: String
    var succeeded: Bool { status == 0 }
  }

  struct NotStarted: Error, CustomStringConvertible {
    let program: String
    let number: Int32
    var description: String { "\(program) could not be started: \(String(cString: strerror(number)))" }
  }

  static func run(_ program: String, _ arguments: String...) throws -> Answer { try run(program, arguments) }

  static func run(_ program: String, _ arguments: [String]) throws -> Answer {
    let output = NSTemporaryDirectory() + "certforge-output-" + UUID().uuidString
    defer { unlink(output) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let number = posix_spawnp(&child, program, &actions, nil, &words, environ)
    guard number == 0 else { throw NotStarted(program: program, number: number) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let data = FileManager.default.contents(atPath: output) ?? Data()
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
    return Answer(status: code, text: String(decoding: data, as: UTF8.self))
  }

  static func openssl(_ arguments: String...) throws -> Answer { try run("openssl", arguments) }
}
