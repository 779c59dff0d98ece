extension ShiftPlan {
  static func read(_ root: SettingsSection) -> ShiftPlan {
    guard root.has("shift-ends") else { return ShiftPlan() }
    let ends = root.texts("shift-ends", limit: 24).enumerated().compactMap { index, item -> Int? in
      if let minutes = minutes(item.text) { return minutes }
      root.findings.add(
        line: item.line, key: "shift-ends[\(index + 1)]", value: item.text,
        remedy: "write a time of the day in quotes, such as \"06:00\".")
      return nil
    }
    return ShiftPlan(ends: Set(ends).sorted())
  }

  private static func minutes(_ text: String) -> Int? {
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 2, words.allSatisfy({ $0.count == 2 }), let hour = Int(words[0]),
      let minute = Int(words[1]), (0..<24).contains(hour), (0..<60).contains(minute)
    else { return nil }
    return hour * 60 + minute
  }
}
