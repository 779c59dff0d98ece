/// Which units a report is about: those whose first attempt began in the window, with all of their attempts up to their
/// first pass. What is nil is not asked.
struct ReportScope: Hashable, Sendable, Codable {
  /// From then on.
  var since: Timestamp?
  /// Before then.
  var until: Timestamp?
  var batch: BatchID?
  var model: String?

  /// Attempts that ended before it was known which hub it was belong to no batch and no model.
  var countsUnidentified: Bool { batch == nil && model == nil }

  func takes(firstOpened time: Timestamp) -> Bool {
    since.map { time >= $0 } ?? true && until.map { time < $0 } ?? true
  }
}
