import CertForge
import Foundation

/// How a hub gets its UUID and its Thing's name.
struct HubNaming: Hashable, Sendable {
  /// UUIDs are derived from this one and `MODEL/SERIAL` (RFC 9562 section 5.5).
  var namespace: UUID

  func hub(model: String, serial: SerialNumber) -> HubID {
    HubID(NameUUID.version5(namespace: namespace, name: "\(model)/\(serial.text)"))
  }

  func thing(of hub: HubID) -> String { hub.text }
}
