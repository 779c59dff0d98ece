/// Which of the known words was probably meant.
enum NearestWord {
  /// - Returns: the word with the fewest changed letters, if that is at most a third of them and at most three.
  static func of(_ word: String, in known: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().unicodeScalars.prefix(64))
    var best: (String, Int)?
    for candidate in known.sorted() {
      let distance = Self.distance(typed, Array(candidate.lowercased().unicodeScalars))
      if distance < best?.1 ?? Int.max { best = (candidate, distance) }
    }
    guard let best, best.1 <= max(1, min(3, typed.count / 3)) else { return nil }
    return best.0
  }

  /// Letters to add, drop or change (Levenshtein).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (other, candidate) in right.enumerated() {
        let change = diagonal + (letter == candidate ? 0 : 1)
        diagonal = row[other + 1]
        row[other + 1] = min(change, row[other] + 1, row[other + 1] + 1)
      }
    }
    return row[right.count]
  }
}
