import CKernel
import Glibc

/// Who is at the other end of the Door, as the kernel knows it (SO_PEERCRED, unix(7)): nothing that it says itself.
struct DoorPeer: Hashable, Sendable {
  var user: uid_t
  var process: pid_t

  /// nil when the kernel does not tell.
  init?(of descriptor: Int32) {
    var user: uid_t = 0
    var process: pid_t = 0
    guard station_peer_user(descriptor, &user, &process) == 0 else { return nil }
    self.user = user
    self.process = process
  }

  /// The station's own user, and root.
  var isOurs: Bool { user == geteuid() || user == 0 }
}
