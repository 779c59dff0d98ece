import Foundation

/// One thing that the cloud has to hear about one unit, complete in itself: written with the pass, sent later.
struct OutboxIntent: Hashable, Sendable, Codable {
  /// UUID version 7; unique for ever.
  var entry: String
  /// Entries of one unit are done in this order, the next only after the one before.
  var order: Int
  var kind: EffectKind
  var hub: HubID
  var serial: SerialNumber
  var model: String
  var vendorName: String
  var thing: String
  /// Lower-case hex SHA-256 of the leaf's DER: the AWS certificate id.
  var certificate: String
  /// DER; present where the call sends it.
  var certificateDER: Data?
}
