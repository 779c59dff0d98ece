/// The second place where the journal is kept.
enum RecordPlace: Hashable, Sendable {
  /// NFS, a second disk, a USB stick.
  case folder(String)
  /// Segments are PUT below this address.
  case https(String)
}
