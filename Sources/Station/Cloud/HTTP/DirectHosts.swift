import Foundation

/// The hosts that are reached without the proxy: names, `.suffixes` and address blocks.
struct DirectHosts: Sendable {
  private var names: Set<String> = []
  private var suffixes: [String] = []
  private var blocks: [Block] = []
  private var all = false

  private struct Block {
    var address: [UInt8]
    var bits: Int

    func contains(_ other: [UInt8]) -> Bool {
      guard other.count == address.count else { return false }
      for index in 0..<bits
      where (address[index / 8] ^ other[index / 8]) & (0x80 >> UInt8(index % 8)) != 0 {
        return false
      }
      return true
    }
  }

  /// - Parameter entries: `host`, `.suffix` (also `*.suffix`), `10.0.0.0/8`, `fd00::/8`, or `*` for every host.
  init(_ entries: [String]) {
    for entry in entries.map({ $0.trimmingCharacters(in: .whitespaces).lowercased() }) where !entry.isEmpty {
      let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
      if entry == "*" {
        all = true
      } else if parts.count == 2, let address = Self.address(String(parts[0])), let bits = Int(parts[1]),
        (0...address.count * 8).contains(bits)
      {
        blocks.append(Block(address: address, bits: bits))
      } else if entry.hasPrefix(".") {
        suffixes.append(entry)
      } else if entry.hasPrefix("*.") {
        suffixes.append(String(entry.dropFirst()))
      } else if let address = Self.address(entry) {
        blocks.append(Block(address: address, bits: address.count * 8))
      } else {
        names.insert(entry)
      }
    }
  }

  /// Names are not resolved: a block covers hosts that are written as addresses.
  func contains(_ host: String) -> Bool {
    let host = host.lowercased()
    if all || names.contains(host) || suffixes.contains(where: { host.hasSuffix($0) }) { return true }
    guard let address = Self.address(host) else { return false }
    return blocks.contains { $0.contains(address) }
  }

  private static func address(_ text: String) -> [UInt8]? {
    let text = text.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
