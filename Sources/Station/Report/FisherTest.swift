import Foundation

/// Fisher's exact test of two proportions: exact for the small counts of a shift, where approximations are not.
enum FisherTest {
  /// The probability of a table that is as improbable as the one seen, or more, when there is no difference.
  static func twoSided(failures: Int, of attempts: Int, otherFailures: Int, ofOthers others: Int) -> Double {
    let bad = failures + otherFailures
    let least = max(0, bad - others)
    let most = min(bad, attempts)
    guard least < most else { return 1 }
    let logarithms = (least...most).map { count in
      logChoose(attempts, count) + logChoose(others, bad - count)
    }
    let total = logChoose(attempts + others, bad)
    let seen = logarithms[failures - least]
    // Equal tables differ by rounding: what is not clearly more probable belongs to them.
    let sum = logarithms.filter { $0 <= seen + 1e-7 }.reduce(0) { $0 + exp($1 - total) }
    return min(1, sum)
  }

  private static func logChoose(_ all: Int, _ some: Int) -> Double {
    lgamma(Double(all) + 1) - lgamma(Double(some) + 1) - lgamma(Double(all - some) + 1)
  }
}
