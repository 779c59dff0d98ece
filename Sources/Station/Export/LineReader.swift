import Foundation

/// Lines of a file, one after the other, none longer than it may be.
struct LineReader {
  private let handle: FileHandle
  private let longest: Int
  private var rest = Data()
  private var isOver = false

  init(_ handle: FileHandle, longest: Int) {
    self.handle = handle
    self.longest = longest
  }

  /// Without its line feed; nil at the end, and at a line that is too long.
  mutating func next() -> Data? {
    while true {
      if let end = rest.firstIndex(of: 0x0A) {
        let line = rest[rest.startIndex..<end]
        guard line.count <= longest else {
          (rest, isOver) = (Data(), true)
          return nil
        }
        rest = Data(rest[(end + 1)...])
        return Data(line)
      }
      guard !isOver, rest.count <= longest else {
        defer { (rest, isOver) = (Data(), true) }
        return rest.isEmpty || rest.count > longest ? nil : rest
      }
      guard let piece = try? handle.read(upToCount: 1 << 16), !piece.isEmpty else {
        isOver = true
        continue
      }
      rest.append(piece)
    }
  }
}
