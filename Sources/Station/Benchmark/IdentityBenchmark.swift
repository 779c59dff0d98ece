import CertForge
import Foundation

/// Keys, requests and leaves, as a station with its own CA makes them for one unit after the other.
enum IdentityBenchmark {
  /// - Returns: units per second.
  static func run(units: Int, folder: String) throws -> Double {
    let authority = try DemoBench.authority(in: folder)
    let end = IssuingAuthority.usualEnd
    let began = ContinuousClock.now
    for number in 0..<units {
      let key = try PrivateKey.generate()
      let request = try key.signingRequest(commonName: "thing-\(number)", serialNumber: "SPK\(number)")
      let leaf = try authority.issue(
        request, commonName: "thing-\(number)", serialNumber: "SPK\(number)", now: Date(), notAfter: end)
      try key.withPEM { _ in }
      _ = leaf.pem
    }
    return Double(units) / ((ContinuousClock.now - began) / .seconds(1))
  }
}
