import CSerialShims
import Glibc
import Synchronization

/// A pair of pseudo-terminal ends: a device that anybody can open like a serial port, and the master behind it.
///
/// Closing the master is what pulling a plug is for a real device: readers of the device get end of file or EIO.
public final class PseudoTerminal: Sendable {
  /// Non-blocking and close-on-exec; -1 is never handed out. Valid until `close()`.
  public let master: Int32
  /// The device's node, for example `/dev/pts/7`.
  public let devicePath: String
  /// The device held open by this object, or -1. While nobody at all has the device open, the master reads EIO, polls
  /// as hung up without end, and the line's settings are reset.
  let heldDevice: Int32
  private let isOpen = Mutex(true)

  /// - Parameter raw: holds the device open in raw mode, as a wire is: no echo, nothing interpreted. Otherwise the
  ///   device is left alone, in the canonical mode with echo in which a login shell expects it.
  public init(raw: Bool) throws(PseudoTerminalError) {
    var descriptor: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    let failure = station_terminal_open(&descriptor, &name, name.count)
    guard failure == 0 else { throw .failed(call: "posix_openpt", errno: failure) }
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var device: Int32 = -1
    if raw {
      device = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
      let refused = device < 0 ? errno : station_line_make_raw(device)
      if refused != 0 {
        if device >= 0 { Glibc.close(device) }
        Glibc.close(descriptor)
        throw .failed(call: "open \(path)", errno: refused)
      }
    }
    master = descriptor
    devicePath = path
    heldDevice = device
  }

  /// Pulls the plug; safe to call twice.
  public func close() {
    let wasOpen = isOpen.withLock { open -> Bool in
      defer { open = false }
      return open
    }
    guard wasOpen else { return }
    if heldDevice >= 0 { Glibc.close(heldDevice) }
    Glibc.close(master)
  }

  deinit { close() }
}
