import Foundation

/// A pipe that no other program inherits. Foundation's own is open in every program that another test starts at the
/// same time, and its reader waits until that one ends too.
struct ReadablePipe {
  let reader: FileHandle
  let writer: FileHandle

  init() throws {
    var descriptors: [Int32] = [-1, -1]
    // A pair of sockets: they can be made closed-on-exec in one step, which pipe(2) cannot.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &descriptors) == 0 else { throw POSIXError(.EMFILE) }
    reader = FileHandle(fileDescriptor: descriptors[0], closeOnDealloc: true)
    writer = FileHandle(fileDescriptor: descriptors[1], closeOnDealloc: true)
  }
}
