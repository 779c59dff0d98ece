@testable import Station

/// Makes inputs from good ones: flips, cuts, repeats, splices and words, all from one seed.
struct FuzzMutation {
  /// Larger inputs say nothing more, and a test of a quadratic reader would not end.
  static let longest = 64 << 10

  private var random: SplitMix
  private let target: FuzzTarget
  private static let bytes: [UInt8] = [
    0, 1, 9, 10, 13, 27, 32, 34, 39, 44, 45, 46, 47, 58, 61, 91, 92, 93, 123, 125, 127, 128, 255,
  ]
  private static let words = [
    "\r\n", "\u{1B}[2J", "\u{1B}]0;x\u{7}", "\u{202E}", "\u{FEFF}", String(repeating: "\u{301}", count: 600),
    "e\u{301}", "\u{0}", "'; rm -rf / #",
    "$(id)",
    "`id`", "-1", "0", "9223372036854775807", "9223372036854775808", "1e999", "1e300", "-0.0", "NaN", "null",
    "true",
    "{}", "[]", "\"\"", "\\u0000", "\\ud800", "99999-12-31T23:59:59.999Z", "%00", "../../", "🙂",
  ]

  /// The ends of ranges more often than the rest.
  private static let numbers = [
    "9223372036854775807", "9223372036854775807", "9223372036854775807", "-9223372036854775808",
    "-9223372036854775808", "9223372036854775808", "1e300", "1e300", "1e999", "99999999999999999999",
    "4294967296",
    "0", "-1", "0.5",
  ]

  init(_ target: FuzzTarget, seed: UInt64) {
    random = SplitMix(seed: seed, name: target.name)
    self.target = target
  }

  mutating func next() -> [UInt8] {
    var input = target.samples.randomElement(using: &random) ?? []
    if Bool.random(using: &random) {
      for _ in 0..<Int.random(in: 1...2, using: &random) { input = changeValue(input) }
    } else {
      // Now and then the sample as it is: it must be taken.
      for _ in 0..<Int.random(in: 0...6, using: &random) { input = mutate(input) }
    }
    return Array(input.prefix(Self.longest))
  }

  /// Another number, or another text between quotation marks, and the rest whole: a parser that refuses all else hides
  /// those that work with the values.
  private mutating func changeValue(_ input: [UInt8]) -> [UInt8] {
    let isText = Int.random(in: 0..<3, using: &random) == 0
    func begins(_ place: Int) -> Bool {
      guard place > 0 else { return false }
      let before = input[place - 1]
      // Behind a colon or a bracket, a value and not a name; digits of a word are no number.
      return isText
        ? input[place] == 0x22 && (before == 0x3A || before == 0x5B)
        : input[place].isDigit && !before.isLetterOrDigit
    }
    guard let place = input.indices.filter(begins).randomElement(using: &random) else { return mutate(input) }
    let start = isText ? place + 1 : place
    let end = input[start...].firstIndex { isText ? $0 == 0x22 : !$0.isDigit } ?? input.endIndex
    let other = (isText ? target.words + Self.words : Self.numbers).randomElement(using: &random)
    return input[..<start] + Array((other ?? "").utf8) + input[end...]
  }

  private mutating func mutate(_ input: [UInt8]) -> [UInt8] {
    var output = input
    let place = Int.random(in: 0...input.count, using: &random)
    let span = Int.random(in: 0...min(32, input.count - place), using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0 where place < input.count: output[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1 where place < input.count: output[place] = Self.bytes.randomElement(using: &random) ?? 0
    case 2: output.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 3: output.removeSubrange(place..<place + span)
    case 4: output.insert(contentsOf: input[place..<place + span], at: place)
    case 5:
      // The same piece again and again: nesting, endless lines, many keys.
      let piece = Array(input[place..<place + min(span, 8)])
      let times = 1 << Int.random(in: 0...12, using: &random)
      output.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: place)
    case 6: output.removeSubrange(place...)
    case 7:
      let other = target.samples.randomElement(using: &random) ?? []
      output = Array(input[..<place]) + other.suffix(Int.random(in: 0...other.count, using: &random))
    default:
      let word = (target.words + Self.words).randomElement(using: &random) ?? ""
      output.replaceSubrange(place..<place + (Bool.random(using: &random) ? span : 0), with: word.utf8)
    }
    return output
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isLetterOrDigit: Bool {
    isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }
}
