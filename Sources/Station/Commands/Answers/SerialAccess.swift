import Foundation
import Glibc

/// Whether this user on this machine can notice hubs and open their lines.
struct SerialAccess: Sendable {
  var udevRuns: Bool
  /// Root opens everything, and should not.
  var isRoot: Bool
  var isInDialout: Bool

  /// udev's daemon listens on a socket of that name (systemd-udevd.service(8)); the group that owns serial ports on
  /// Debian is dialout.
  static var here: SerialAccess {
    SerialAccess(
      udevRuns: FileManager.default.fileExists(atPath: "/run/udev/control"), isRoot: geteuid() == 0,
      isInDialout: groups.contains { getgrgid($0).map { String(cString: $0.pointee.gr_name) } == "dialout" })
  }

  private static var groups: [gid_t] {
    var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    return [getegid()] + groups.prefix(Int(max(0, count)))
  }

  var findings: [DoctorFinding] {
    var findings: [DoctorFinding] = []
    if !udevRuns {
      findings.append(
        DoctorFinding(
          verdict: .bad, subject: "udev",
          text:
            "no udevd runs here, so no plug is noticed: install and start udev, or use `station provision DEVICE`"
        ))
    } else {
      findings.append(DoctorFinding(verdict: .good, subject: "udev", text: "udevd runs"))
    }
    if isRoot {
      findings.append(
        DoctorFinding(
          verdict: .weak, subject: "user",
          text: "runs as root: make a user of its own, in the group dialout, and nothing else"))
    } else if !isInDialout {
      findings.append(
        DoctorFinding(
          verdict: .weak, subject: "user",
          text:
            "not in the group dialout: serial ports are refused unless other udev rules say so (usermod -aG dialout USER)"
        ))
    } else {
      findings.append(DoctorFinding(verdict: .good, subject: "user", text: "in the group dialout"))
    }
    return findings
  }
}
