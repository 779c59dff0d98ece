import Foundation

/// The private file systems of a world. Nothing of the machine outside is changed: it has its own mount namespace.
enum Mounts {
  private static let kept = ["null", "zero", "full", "random", "urandom", "tty", "ptmx"]

  static func make() throws(WorldError) {
    // systemd makes / shared; without this our mounts would not show outside (the namespace is ours), but be explicit.
    try call(
      "mount --make-rprivate /",
      mount("none", "/", nil, UInt(MS_REC) | UInt(MS_PRIVATE), nil))
    // The new /dev is prepared on the new /run, because it needs parts of the old one.
    try call("mount /run", mount("forge", "/run", "tmpfs", 0, "mode=755"))
    try directory("/run/dev")
    try call("mount /run/dev", mount("forge", "/run/dev", "tmpfs", 0, "mode=755"))
    for name in kept where access("/dev/\(name)", F_OK) == 0 {
      try bind("/dev/\(name)", onFile: "/run/dev/\(name)")
    }
    for name in ["pts", "shm"] {
      try directory("/run/dev/\(name)")
      try call(
        "mount --rbind /dev/\(name)",
        mount("/dev/\(name)", "/run/dev/\(name)", nil, UInt(MS_BIND) | UInt(MS_REC), nil))
    }
    symlink("/proc/self/fd", "/run/dev/fd")
    try call(
      "mount --rbind /dev",
      mount("/run/dev", "/dev", nil, UInt(MS_BIND) | UInt(MS_REC), nil))
    try call("mount /sys", mount("forge", "/sys", "tmpfs", 0, "mode=755"))
    for path in [
      "/sys/bus", "/sys/bus/usb", "/sys/bus/usb/devices", "/sys/class", "/sys/class/tty", "/sys/devices",
      "/run/udev", "/run/udev/data",
    ] {
      try directory(path)
    }
  }

  static func bind(_ source: String, onFile path: String) throws(WorldError) {
    let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw WorldError(path, errno) }
    close(descriptor)
    try call("mount --bind \(source)", mount(source, path, nil, UInt(MS_BIND), nil))
  }

  /// A new network namespace has a loopback that is down; what runs in it wants 127.0.0.1.
  static func raiseLoopback() throws(WorldError) {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(descriptor) }
    // struct ifreq: sixteen bytes of name, then the flags.
    var request = [UInt8](repeating: 0, count: 40)
    request.replaceSubrange(0..<2, with: Array("lo".utf8))
    let up: UInt16 = 0x1 | 0x40
    request[16] = UInt8(up & 0xff)
    // SIOCSIFFLAGS
    let result = request.withUnsafeMutableBytes { bytes -> Int32 in
      guard let base = bytes.baseAddress else { return -1 }
      return ioctl(descriptor, UInt(0x8914), base)
    }
    try call("raise lo", result)
  }

  private static func directory(_ path: String) throws(WorldError) {
    if mkdir(path, 0o755) != 0 && errno != EEXIST { throw WorldError("mkdir \(path)", errno) }
  }

  private static func call(_ what: String, _ result: Int32) throws(WorldError) {
    if result != 0 { throw WorldError(what, errno) }
  }
}
