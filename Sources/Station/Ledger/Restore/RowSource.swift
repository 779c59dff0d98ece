/// A place that may still have rows which a backup does not.
protocol RowSource: AnyObject {
  /// Rows of this number that can be read; more than one where several records lie side by side. Whether one follows
  /// from the row before is for the caller to say.
  func rows(_ sequence: Int64) -> [JournalRow]
}
