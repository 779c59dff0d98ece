/// Which Station this is.
enum StationVersion {
  static let text = "0.1.0"
  /// Set with each release; no clock that is right can show an earlier time.
  static let released = Timestamp(milliseconds: 1_795_219_200_000)
}
