import CSerialShims
import Foundation
import Glibc

/// A process that leads a session of its own on a pseudo-terminal, and everything that it started there.
///
/// Whoever owns it must call `reap` until it says that the leader is gone: a child that nobody waits for stays a zombie.
struct ShellSession {
  /// Process and session id, they are the same.
  let leader: pid_t
  /// Readable as soon as the leader has ended.
  let watch: Int32

  /// - Parameter shell: program and arguments; a program without `/` is looked for in the station's own PATH.
  init(
    shell: [String], environment: [String: String], workingDirectory: String, terminal: String
  ) throws(PseudoTerminalError) {
    guard let program = shell.first else { throw .shellNotStarted(program: "", errno: ENOENT) }
    var arguments: [UnsafeMutablePointer<CChar>?] = shell.map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for pointer in arguments + variables { free(pointer) } }
    arguments.append(nil)
    variables.append(nil)
    var child: pid_t = 0
    var descriptor: Int32 = -1
    let failure = station_shell_start(
      terminal, workingDirectory, &arguments, &variables, &child, &descriptor)
    guard failure == 0 else { throw .shellNotStarted(program: program, errno: failure) }
    leader = child
    watch = descriptor
  }

  /// Takes the leader's end from the system if it has ended; true then. Never waits.
  func reap() -> Bool {
    var status: Int32 = 0
    var answer: pid_t
    repeat { answer = waitpid(leader, &status, WNOHANG) } while answer < 0 && errno == EINTR
    guard answer != 0 else { return false }
    Glibc.close(watch)
    return true
  }

  /// Ends every process of the session at once, background jobs included, as a cut of power does.
  ///
  /// One round is not enough: a process may fork between the look and the kill.
  func killAll() {
    for _ in 0..<8 {
      let members = Self.members(ofSession: leader)
      if members.isEmpty { break }
      for member in members { kill(member, SIGKILL) }
    }
  }

  /// Living processes of a session; zombies are left out.
  static func members(ofSession session: pid_t) -> [pid_t] {
    let entries: [String]
    do { entries = try FileManager.default.contentsOfDirectory(atPath: "/proc") } catch { return [session] }
    return entries.compactMap { entry in
      guard let process = pid_t(entry), let line = FileManager.default.contents(atPath: "/proc/\(entry)/stat")
      else { return nil }
      // The second field is the program's name in parentheses and may hold anything; the last ")" ends it.
      let text = String(decoding: line, as: UTF8.self)
      guard let name = text.lastIndex(of: ")") else { return nil }
      let fields = text[text.index(after: name)...].split(separator: " ")
      guard fields.count > 3, fields[0] != "Z", fields[3] == String(session) else { return nil }
      return process
    }
  }
}
