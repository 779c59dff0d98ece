/// What a writing verb asks of the running station: one line of JSON. Never carries a secret.
struct DoorRequest: Hashable, Sendable, Codable {
  enum Verb: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the station is doing.
    case status
    /// A person's decision about parked or waiting entries.
    case outboxDecide = "outbox-decide"
    /// Writes down what the cloud is to hear.
    case owe
    /// Which locks are in the box with which hub.
    case pack
    case unpack
    /// Looks for entries to send at once, and answers when none is left or the time is over.
    case sync
    /// A slot's place was taught: use it from now on.
    case slotsTeach = "slots-teach"
    /// Seals every row that is written by now.
    case seal
    /// Work orders.
    case batchOpen = "batch-open"
    case batchChange = "batch-change"
    case batchClose = "batch-close"
    /// A batch was handed over: writes it down.
    case export
    /// Decisions about units.
    case dispose
    case correct
    /// Takes in hubs that were finished elsewhere.
    case adopt
    case campaignOpen = "campaign-open"
    /// Does the act to the next units of a campaign.
    case campaignStep = "campaign-step"
    /// Somebody else works at the bench from now on.
    case badge
    /// Ends as SIGTERM would.
    case stop
  }

  var verb: Verb
  /// Who asks: a badge, or the name of the user.
  var actor: String
  /// outbox-decide: what; and which entries, all conditions must hold.
  var decision: OutboxDecision?
  var entry: String?
  var code: FaultCode?
  var kind: EffectKind?
  var serial: SerialNumber?
  var reason: String?
  var dryRun: Bool?
  /// owe
  var effects: [Effect]?
  /// pack, unpack: numbers of locks, and the hub.
  var locks: [Int64]?
  var hub: HubID?
  /// sync: for how long at most.
  var seconds: Int?
  /// slots-teach: which slot, and its udev ID_PATH.
  var slot: SlotName?
  var path: String?
  /// batch-open: the order, and the serial numbers that are listed for it.
  var order: Batch?
  var serials: [SerialNumber]?
  /// dispose, adopt, campaign-open: which units; dispose: what is to become of them.
  var hubs: [HubID]?
  var act: DispositionAct?
  var unregistered: Bool?
  /// correct: the wrong row.
  var row: Int64?
  var campaign: CampaignID?
  var campaignAct: Campaign.Act?
  var question: String?
  /// badge: absent to log out.
  var badge: String?
  /// batch-change, batch-close: which. correct: the right one.
  var batch: BatchID?
  /// batch-change: spares, and slots (empty: all); what is nil stays.
  var over: Int?
  var slots: [SlotName]?
  /// export: what was handed over.
  var exported: ExportEvent?

  init(_ verb: Verb, actor: String) {
    self.verb = verb
    self.actor = actor
  }
}
