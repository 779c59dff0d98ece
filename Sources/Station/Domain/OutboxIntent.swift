/// One thing that the cloud has to hear, complete in itself: durable first, sent later.
///
/// What is owed of one subject is sent in the order of its rows, the next only when the one before is over.
struct OutboxIntent: Hashable, Sendable {
  /// UUID version 7; unique for ever.
  var entry: String
  var effect: Effect

  var kind: EffectKind { effect.kind }
  var subject: OutboxSubject { effect.subject }
  var unit: UnitIdentity? { effect.subject.unit }
  /// Nil where the entry is about something else than a hub.
  var hub: HubID? { effect.subject.unit?.hub }
}

extension OutboxIntent: Codable {
  private enum CodingKeys: String, CodingKey { case entry }

  init(from decoder: any Decoder) throws {
    entry = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .entry)
    effect = try Effect(from: decoder)
  }

  /// One flat object: the entry's id beside the effect's own fields.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entry, forKey: .entry)
    try effect.encode(to: encoder)
  }
}
