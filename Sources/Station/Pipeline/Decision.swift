/// What to do next with the hub on the line.
enum Decision: Hashable, Sendable {
  case run(Step)
  /// The step's beginning is durable, its end is not known: look at the hub before doing anything again.
  case recover(Step)
  /// Begin anew from the key; the certificates named must not be used by this hub any more.
  case restart(revoking: [String])
  /// The hub was finished elsewhere, and a person allowed to take in the identity that it holds.
  case adopt
  /// This hub must not be worked on; with `hold`, its record is put on hold as well.
  case refuse(Fault, hold: Bool)
  case finished(Outcome)
}
