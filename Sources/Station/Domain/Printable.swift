/// Makes text from a hub, a scanner or a server fit for a screen and a ledger.
enum Printable {
  /// At most 80 characters; everything that is not printable ASCII becomes `?`.
  static func text(_ raw: String) -> String {
    String(
      decoding: raw.utf8.prefix(80).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
  }
}
