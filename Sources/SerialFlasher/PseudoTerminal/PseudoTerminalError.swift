/// Why a pseudo-terminal or the shell on it could not be had.
public enum PseudoTerminalError: Error, Hashable, Sendable {
  /// The system refused; with the call and its errno (EMFILE, ENOSPC from /proc/sys/kernel/pty/max, EAGAIN).
  case failed(call: String, errno: Int32)
  /// The shell did not start: not there, not executable, or the working directory is missing.
  case shellNotStarted(program: String, errno: Int32)
  /// The stable path could not be made into a link to the device.
  case linkRefused(path: String, errno: Int32)
}
