/// Takes out of a console's bytes what is not text: carriage returns, control and escape sequences (colours, bracketed
/// paste, the cursor question of busybox), and kernel lines.
///
/// The kernel writes to the console at any moment, in the middle of a line of ours too: `ab[   12.345678] usb 1-1: new
/// device\r\ncd`. A kernel line is known by its time stamp and is taken out together with its line end, so that the two
/// halves around it are one line again. A kernel without stamps is not seen here; what it damages is noticed by the
/// checksum of the answer. A value without I/O: it remembers where it is in a sequence, so that a stream may be split anywhere.
struct ConsoleText: Sendable {
  private enum Place {
    case text
    case escape
    case controlSequence(Int)
    case controlString(Int)
    case stamp
    case kernelLine(Int)
  }

  /// Sequences longer than this are no sequences, but garbage that must not swallow what follows.
  private static let longestControlSequence = 64
  private static let longestControlString = 256
  /// LOG_LINE_MAX of the kernel is 1 KiB.
  private static let longestKernelLine = 2048
  private static let longestStamp = 24

  private var place = Place.text
  /// A possible stamp, kept back until it is one or is none.
  private var stamp: [UInt8] = []

  /// The text in `bytes`, with what an earlier call kept back.
  mutating func clean(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.underestimatedCount)
    for byte in bytes { take(byte, into: &out) }
    return out
  }

  private mutating func take(_ byte: UInt8, into out: inout [UInt8]) {
    switch place {
    case .text: takeText(byte, into: &out)
    case .escape: takeEscape(byte, into: &out)
    case .controlSequence(let count): takeControlSequence(byte, count, into: &out)
    case .controlString(let count): takeControlString(byte, count, into: &out)
    case .stamp: takeStamp(byte, into: &out)
    case .kernelLine(let count):
      place = byte == Ascii.newline || count >= Self.longestKernelLine ? .text : .kernelLine(count + 1)
    }
  }

  private mutating func takeText(_ byte: UInt8, into out: inout [UInt8]) {
    switch byte {
    case Ascii.escape: place = .escape
    case Ascii.bracket:
      place = .stamp
      stamp = [byte]
    case Ascii.newline, Ascii.tab, 0x20...0x7E, 0x80...0xFF: out.append(byte)
    default: break
    }
  }

  private mutating func takeEscape(_ byte: UInt8, into out: inout [UInt8]) {
    switch byte {
    case Ascii.bracket: place = .controlSequence(0)
    // OSC, DCS, APC, PM and SOS carry a string; every other escape is one byte, after any intermediate ones.
    case 0x5D, 0x50, 0x5F, 0x5E, 0x58: place = .controlString(0)
    case Ascii.escape, 0x20...0x2F: break
    case 0x30...0x7E: place = .text
    default: again(byte, into: &out)
    }
  }

  private mutating func takeControlSequence(_ byte: UInt8, _ count: Int, into out: inout [UInt8]) {
    switch byte {
    case 0x40...0x7E: place = .text
    case 0x20...0x3F where count < Self.longestControlSequence: place = .controlSequence(count + 1)
    default: again(byte, into: &out)
    }
  }

  private mutating func takeControlString(_ byte: UInt8, _ count: Int, into out: inout [UInt8]) {
    switch byte {
    case Ascii.bell: place = .text
    // The terminator is ESC \: the second byte is a plain one-byte escape.
    case Ascii.escape: place = .escape
    case Ascii.newline: again(byte, into: &out)
    default: place = count < Self.longestControlString ? .controlString(count + 1) : .text
    }
  }

  /// `[`, spaces, digits, a full stop, six digits, `]`.
  private mutating func takeStamp(_ byte: UInt8, into out: inout [UInt8]) {
    let stop = stamp.firstIndex(of: Ascii.fullStop)
    let digits = stamp.last.map { (0x30...0x39).contains($0) } ?? false
    let fits: Bool
    switch byte {
    case 0x20: fits = stop == nil && !digits
    case 0x30...0x39: fits = stop.map { stamp.count - $0 <= 6 } ?? true
    case Ascii.fullStop: fits = stop == nil && digits
    case Ascii.closingBracket: fits = stop.map { stamp.count - $0 == 7 } ?? false
    default: fits = false
    }
    guard fits, stamp.count < Self.longestStamp else {
      out += stamp
      stamp = []
      return again(byte, into: &out)
    }
    stamp.append(byte)
    if byte == Ascii.closingBracket {
      stamp = []
      place = .kernelLine(0)
    }
  }

  private mutating func again(_ byte: UInt8, into out: inout [UInt8]) {
    place = .text
    takeText(byte, into: &out)
  }
}
