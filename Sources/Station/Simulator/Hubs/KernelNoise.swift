/// Lines as a kernel prints them to the console, whenever it likes.
struct KernelNoise: Sendable {
  private var random: SplitMix
  private var seconds = 12.0

  init(seed: UInt64) { random = SplitMix(seed: seed, name: "kernel") }

  private static let messages = [
    "usb 1-1: new high-speed USB device number 4 using xhci_hcd",
    "IPv6: ADDRCONF(NETDEV_CHANGE): wlan0: link becomes ready",
    "brcmfmac: brcmf_cfg80211_set_power_mgmt: power save enabled",
    "mmc0: tuning execution failed: -5",
    "# audit: backlog limit exceeded",
    "random: 7 urandom warning(s) missed due to ratelimiting",
  ]

  /// The next line, with the line ends of a console.
  mutating func line() -> [UInt8] {
    seconds += Double.random(in: 0.01...3, using: &random)
    let message = Self.messages[Int.random(in: 0..<Self.messages.count, using: &random)]
    let whole = Int(seconds)
    let micro = Int((seconds - Double(whole)) * 1_000_000)
    let padding = String(repeating: " ", count: max(0, 5 - String(whole).count))
    let fraction = String(repeating: "0", count: max(0, 6 - String(micro).count)) + String(micro)
    return Array("\r\n[\(padding)\(whole).\(fraction)] \(message)\r\n".utf8)
  }

  /// How long until then: from nothing to twice the average.
  mutating func pause(average: Duration) -> Duration {
    average * Double.random(in: 0...2, using: &random)
  }
}
