import Glibc

/// What the world could not do.
struct WorldError: Error, CustomStringConvertible {
  let description: String

  init(_ call: String, _ errno: Int32) { description = "\(call): \(String(cString: strerror(errno)))" }
  init(_ sentence: String) { description = sentence }
}
