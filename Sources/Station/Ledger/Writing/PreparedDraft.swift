import Foundation

/// A draft with its bytes, made in the caller's time: the writer has one thread and everybody waits for it.
struct PreparedDraft: Sendable {
  let draft: JournalDraft
  let kind: String
  let body: Data
  let versions: String

  /// A row carries a certificate and some figures; what is longer than this came from somewhere it should not.
  static let longestBody = 1 << 20

  init(_ draft: JournalDraft, author: JournalAuthor) throws(Fault) {
    self.draft = draft
    kind = draft.entry.kind
    do {
      body = try draft.entry.body()
      versions = try author.versionsText(firmware: draft.firmware)
    } catch { throw Fault(.ledgerFailed, ["kind": kind, "cause": String(describing: error)]) }
    guard body.count <= Self.longestBody else {
      throw Fault(.ledgerFailed, ["kind": kind, "cause": "a body of \(body.count) bytes"])
    }
  }
}
