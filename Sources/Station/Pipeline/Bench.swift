import CertForge
import Foundation
import SerialFlasher

/// Everything that the pipeline takes from outside: effects and the settings of this station.
struct Bench: Sendable {
  var clock: any StationClock
  var randomness: any Randomness
  var models: [HubModel]
  var issuer: any Issuer
  /// CAs whose certificates count as "finished by us, somewhere".
  var trustedAuthorities: [Certificate]
  /// PEM text that hubs get as the roots of AWS IoT.
  var trustRoots: String
  var hubNaming: HubNaming
  var outbox: OutboxPlan
  /// Endpoints as they are known now; a fault when a layout needs one that is not.
  var endpoints: @Sendable () async throws(Fault) -> Endpoints
  /// The time of the ledger's newest row: a clock before it is wrong.
  var lastRowTime: @Sendable () -> Timestamp?
  /// What the work orders say of a hub on a slot; by default there are none.
  var workOrders: @Sendable (Identification, HubID, SlotName) async throws(Fault) -> BatchStanding = {
    (_, _, _) async throws(Fault) in BatchStanding()
  }
  /// For whom the units of a batch are claimed; by default for nobody.
  var customer: @Sendable (BatchID) async throws(Fault) -> Customer? = { (_) async throws(Fault) in nil }

  /// A network of the settings with its passphrase, read when it is wanted; by default there is none.
  var network: @Sendable (String) async throws(Fault) -> HubNetwork = { (name) async throws(Fault) in
    throw WirelessNetwork.unusable(name, "the settings have no such network")
  }

  /// What templates of a layout may name.
  struct Endpoints: Hashable, Sendable {
    var region: String
    var data: String
    var credential: String
    var roleAlias: String
  }
}
