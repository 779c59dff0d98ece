import ArgumentParser
import CKernel
import Foundation
import Glibc

/// Where the process begins, before any verb.
@main
enum Main {
  static func main() async {
    // Private keys live in this process's memory: no crash may write them to a disk.
    let failure = station_forbid_core_dumps()
    guard failure == 0 else {
      let cause = String(cString: strerror(failure))
      try? FileHandle.standardError.write(
        contentsOf: Data("Core dumps cannot be switched off: \(cause).\n".utf8))
      exit(ExitStatus.stationFailed.rawValue)
    }
    await StationCommand.main()
  }
}
