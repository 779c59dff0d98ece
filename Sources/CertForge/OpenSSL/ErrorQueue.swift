internal import COpenSSL

/// OpenSSL's per-thread error queue, turned into one text.
///
/// The queue is per thread and keeps what earlier calls left, so an entry point clears it before its first call and
/// drains it in the same synchronous stretch; nothing here may be called across a suspension point.
enum ErrorQueue {
  /// Forgets what earlier calls left behind.
  static func clear() { ERR_clear_error() }

  /// Takes all entries, oldest first; nil when there are none.
  static func drain() -> String? {
    var entries: [String] = []
    // OpenSSL's ring holds 16 entries; the bound only guards against a queue that never empties.
    for _ in 0..<32 {
      var data: UnsafePointer<CChar>?
      var flags: Int32 = 0
      let number = ERR_get_error_all(nil, nil, nil, &data, &flags)
      guard number != 0 else { break }
      var text = [CChar](repeating: 0, count: 256)
      ERR_error_string_n(number, &text, text.count)
      var entry = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      if flags & ERR_TXT_STRING != 0, let data, data.pointee != 0 { entry += " (\(String(cString: data)))" }
      entries.append(entry)
    }
    return entries.isEmpty ? nil : entries.joined(separator: "; ")
  }
}
