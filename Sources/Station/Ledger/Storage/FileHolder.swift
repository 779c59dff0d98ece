import Foundation
import Glibc

/// A program that has a file open.
struct FileHolder: Hashable, Sendable, CustomStringConvertible {
  var process: pid_t
  /// The kernel's name of it, at most 15 bytes (proc(5), `comm`).
  var name: String

  var description: String { "\(PrintableText.of(name, limit: 32)) (process \(process))" }

  /// The other programs that have the file open, as far as this user may know: the descriptors of another user's
  /// programs are shown to root only.
  static func others(of path: String) -> [FileHolder] {
    guard
      let wanted = realpath(path, nil).map({ text in
        defer { free(text) }
        return String(cString: text)
      })
    else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let processes = names.compactMap { pid_t($0) }.filter { $0 != getpid() }.sorted()
    return processes.filter { opens(wanted, $0) }.map { process in
      let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? "a program"
      return FileHolder(process: process, name: name.trimmingCharacters(in: .newlines))
    }
  }

  private static func opens(_ path: String, _ process: pid_t) -> Bool {
    let folder = "/proc/\(process)/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return descriptors.contains {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
    }
  }
}
