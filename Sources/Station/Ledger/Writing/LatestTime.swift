/// The latest time that the ledger has seen: a clock that says less is wrong.
///
/// Times of a disciplined clock count before others, so that one start with a clock far in the future does not keep
/// the station from issuing for years: it is mended by one row written in time that can be trusted.
struct LatestTime: Sendable {
  private var synchronised: Timestamp?
  private var other: Timestamp?

  var value: Timestamp? { synchronised ?? other }

  mutating func take(_ time: Timestamp, _ clock: ClockState) {
    switch clock {
    case .synchronised: synchronised = max(synchronised ?? time, time)
    case .unsynchronised: other = max(other ?? time, time)
    }
  }
}
