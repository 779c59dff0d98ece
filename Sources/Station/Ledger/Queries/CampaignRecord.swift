/// One campaign as its rows amount to now.
struct CampaignRecord: Hashable, Sendable {
  enum UnitState: String, Hashable, Sendable, CaseIterable {
    case waiting
    case done
    case refused
  }

  var campaign: Campaign
  var opened: BatchRecord.Act
  var ended: Timestamp?
  var waiting: Int
  var done: Int
  var refused: Int

  var isEnded: Bool { ended != nil }
}
