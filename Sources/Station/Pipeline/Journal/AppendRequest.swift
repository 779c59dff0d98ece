/// Rows that are written together or not at all.
struct AppendRequest: Sendable {
  var drafts: [JournalDraft]
  /// The hub whose rows this was decided on, and the sequence number of its newest row then (0: none). The writer
  /// refuses with `head-moved` when there is a newer one.
  var expectedHead: Head?
  /// The outbox entry that the rows need to be unfinished: owed or sending. The writer refuses with `head-moved` when
  /// it no longer is.
  var unfinished: String?
  /// A cancelled task takes nothing back: the rows tell of work that was done, or end what was begun.
  var outlivesCancellation: Bool

  struct Head: Hashable, Sendable {
    var hub: HubID
    var sequence: Int64
  }

  init(
    _ drafts: [JournalDraft], expecting head: Head? = nil, unfinished entry: String? = nil,
    outlivesCancellation: Bool = false
  ) {
    self.drafts = drafts
    self.expectedHead = head
    self.unfinished = entry
    self.outlivesCancellation = outlivesCancellation
  }

  init(_ draft: JournalDraft, expecting head: Head? = nil) {
    self.init([draft], expecting: head)
  }
}
