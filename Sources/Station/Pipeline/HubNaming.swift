import CertForge
import Foundation

/// How a hub gets its UUID and its Thing's name.
struct HubNaming: Hashable, Sendable {
  /// UUIDs are derived from this one and `MODEL/SERIAL` (RFC 9562 section 5.5).
  var namespace: UUID
  /// The vendor's lists, by the model's id.
  var lists: [String: HubIDList] = [:]

  /// - Parameter reported: what the hub says, hostile.
  /// - Throws: `hub-id-invalid` where the hub must say its UUID and does not; `hub-id-unlisted`.
  func hub(model: HubModel, serial: SerialNumber, reported: String?) throws(Fault) -> HubID {
    switch model.hubID {
    case .derived:
      return HubID(NameUUID.version5(namespace: namespace, name: "\(model.id)/\(serial.text)"))
    case .reported:
      guard let reported, let hub = HubID(reported) else {
        throw Fault(.hubIDInvalid, ["hub": Printable.text(reported ?? ""), "serial": serial.text])
      }
      return hub
    case .listed(let file):
      guard let hub = lists[model.id]?.hubs[serial] else {
        throw Fault(.hubIDUnlisted, ["serial": serial.text, "file": file])
      }
      return hub
    }
  }

  func thing(of hub: HubID) -> String { hub.text }
}
