/// How the courier works. The defaults are a factory's; a demo and tests pass others.
struct CourierSettings: Sendable {
  /// Entries whose call is out at one time, over all units.
  var inFlight = 16
  /// Of those, questions to hubs: each waits for its answer, and hubs that are silent must not keep units from being
  /// registered.
  var questionsInFlight = 4
  /// Calls per second of each kind, unless `callsPerSecondByKind` names it.
  var callsPerSecond = 5.0
  var callsPerSecondByKind: [EffectKind: Double] = [:]

  /// Entries of one kind that are kept ready in memory; with `pageSize` and `asleepLimit` this bounds the courier's
  /// memory however long the outbox is.
  var readyPerKind = 128
  /// Rows read from the ledger at once.
  var pageSize = 256
  /// Entries that wait for another try and are remembered with their counters; while there are more, no new ones are
  /// taken in.
  var asleepLimit = 1_000

  /// Of one kind, entries that waited for their hub and are made ready again at one time: well below half of
  /// `readyPerKind`, which is room for new ones.
  var readyForHub = 16
  /// The same as `asleepLimit` for entries that wait for their hub; those beyond it are tried less often.
  var asleepForHubLimit = 10_000

  var retry = RetrySchedule()
  /// For entries that wait until their hub comes online: that may take days, until it is installed.
  var hubRetry = RetrySchedule(base: .seconds(60), cap: .seconds(1_800), leastShare: 0.5)
  /// An entry that has waited for its hub for so long is parked.
  var hubDeadline: Duration = .seconds(14 * 86_400)

  /// No answer that many times in a row: the lane is offline.
  var unreachableBeforeOffline = 3
  /// Server failures and unreadable answers that many times in a row (a captive portal, a cloud that is down).
  var failedBeforeOffline = 10
  /// Probes of an offline lane: quick at first, so that a short break costs seconds.
  var eagerProbe = RetrySchedule(base: .seconds(1), cap: .seconds(5), leastShare: 0.5)
  var eagerProbes = 60
  var patientProbe = RetrySchedule(base: .seconds(1), cap: .seconds(30), leastShare: 0.5)

  /// How often a stopped lane asks whether its credentials changed, and how often it tries one entry all the same.
  var versionCheck: Duration = .seconds(3)
  var stoppedProbe: Duration = .seconds(60)

  /// What was owed since the last look is looked for this often, should a wake-up have been missed.
  var rescan: Duration = .seconds(300)
  /// The whole outbox is looked through again this often: for entries behind the last look that became due without
  /// a word, and those that found no room. It reads every due entry, so its cost grows with the backlog.
  var wholeRescan: Duration = .seconds(3600)
}

extension CourierSettings {
  /// A factory's courier, at the rates of the settings.
  init(_ cloud: CloudSettings) {
    self.init()
    callsPerSecond = cloud.callsPerSecond
    callsPerSecondByKind = cloud.callsPerSecondByKind
  }
}
