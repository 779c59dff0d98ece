/// Where on the USB tree a tty hangs, read from its sysfs path and from nothing else: asking sysfs for the parents of a
/// device that was just pulled answers with the hub above it, which has another serial and another place.
struct UsbPlace: Hashable, Sendable {
  /// The USB device: `1-1.2`.
  let device: String
  /// As ID_PATH ends: `1.2:1.0`.
  let portAndInterface: String

  /// Nil when no USB interface is on the path. The last one counts: a hub's own interfaces come before it.
  init?(sysPath: String) {
    for component in sysPath.split(separator: "/").reversed() {
      let halves = component.split(separator: ":", omittingEmptySubsequences: false)
      guard halves.count == 2, Self.isNumbers(halves[1]) else { continue }
      let parts = halves[0].split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, Self.isNumbers(parts[0]), Self.isNumbers(parts[1]) else { continue }
      device = String(halves[0])
      portAndInterface = "\(parts[1]):\(halves[1])"
      return
    }
    return nil
  }

  /// `1`, `1.2.4`.
  private static func isNumbers(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber }
      }
  }
}
