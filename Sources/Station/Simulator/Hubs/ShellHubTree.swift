import Foundation
import Glibc
import SerialFlasher

/// The scratch folder of a shell hub: `root` plays its file system, `bin` comes first in its PATH, `durable` is what a
/// pulled plug leaves of its storage.
///
/// `bin/sync` is a script: beside the real sync it copies the storage to `durable`, and makes the copy the current one by
/// a rename. So the shell itself decides, by syncing, what survives.
struct ShellHubTree: Hashable, Sendable {
  /// Absolute.
  let folder: String

  /// Where the model's root is for this hub.
  var root: String { "\(folder)/root" }
  var storage: String { "\(root)/var/lib/hub" }
  private var durable: String { "\(folder)/durable" }

  /// Everything that the hub holds from the factory; an existing tree keeps its storage.
  func prepare(_ options: ShellHubOptions) throws {
    for path in ["\(root)/etc/hub", "\(folder)/bin", durable, storage] {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    for (name, text) in [
      ("serial", options.serial), ("model", options.model), ("mac", options.mac),
      ("firmware", options.firmware),
    ] {
      try Data("\(text)\n".utf8).write(to: URL(fileURLWithPath: "\(root)/etc/hub/\(name)"))
    }
    try Data(Self.bootMessages.utf8).write(to: URL(fileURLWithPath: "\(folder)/boot"))
    let script = "\(folder)/bin/sync"
    try Data(Self.syncScript(folder: folder).utf8).write(to: URL(fileURLWithPath: script))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    if !FileManager.default.fileExists(atPath: "\(durable)/current") { try Self.run([script, "-f", root]) }
  }

  /// What a pulled plug does: the storage is what it was at the last sync. Everything that could still write must be
  /// dead.
  func restore() throws {
    try Self.run(["/bin/rm", "-rf", storage])
    try Self.run(["/bin/cp", "-a", "\(durable)/current/.", storage])
  }

  /// Lets `link` lead to a device. Made and removed here and not by the bench: a bench that ends late would take away the
  /// link of the one after it.
  func point(_ link: String, at device: String) throws {
    try removeLink(link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: device)
  }

  func removeLink(_ link: String) throws {
    if unlink(link) != 0, errno != ENOENT {
      throw PseudoTerminalError.linkRefused(path: link, errno: errno)
    }
  }

  func remove() throws { try FileManager.default.removeItem(atPath: folder) }

  /// Waits for the program: not for a thread of the pool.
  private static func run(_ command: [String]) throws {
    let program = Foundation.Process()
    program.executableURL = URL(fileURLWithPath: command[0])
    program.arguments = Array(command.dropFirst())
    program.standardInput = FileHandle.nullDevice
    try program.run()
    program.waitUntilExit()
    guard program.terminationStatus == 0 else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: command.joined(separator: " ")])
    }
  }

  /// A copy that was not finished has no link to it, and goes at the next sync.
  private static func syncScript(folder: String) -> String {
    """
    #!/bin/sh
    PATH=/usr/bin:/bin
    sync "$@" || exit $?
    cd '\(folder)' || exit 1
    new=snapshot.$$.$(date +%s%N)
    cp -a root/var/lib/hub "durable/$new" && rm -f durable/next && ln -s "$new" durable/next &&
      mv -T durable/next durable/current || exit 1
    for old in durable/snapshot.*; do
      [ "$old" = "durable/$new" ] || rm -rf "$old"
    done

    """
  }

  private static let bootMessages = """
    \r
    [    0.000000] Booting Linux on physical CPU 0x0\r
    [    0.000000] Machine model: Hub 2\r
    [    0.214532] random: crng init done\r
    [    0.871204] mmc0: new high speed SDHC card at address 0001\r
    [    1.402218] EXT4-fs (mmcblk0p2): mounted filesystem with ordered data mode\r
    [    1.977102] systemd[1]: Reached target Multi-User System.\r
    \r

    """
}
