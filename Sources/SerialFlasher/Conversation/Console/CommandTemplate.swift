/// A command for the hub's shell with named places in it: `cat {path}`.
///
/// Every place is filled with one or more words that are quoted for the shell, so it must stand bare, never inside
/// quotation marks of the template. `${name}` is the shell's own and left alone, and so is `{ name; }`.
public struct CommandTemplate: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
  public var rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  /// Says that the profile has no such command.
  public var isEmpty: Bool { rawValue.isEmpty }

  /// The names of the places, in order.
  public var places: [String] {
    pieces.compactMap { piece in
      if case .place(let name) = piece { name } else { nil }
    }
  }

  /// The command for the shell.
  ///
  /// - Throws: `unsupported` with the name of a place that `values` does not know.
  func filled(with values: [String: [String]]) throws(HubError) -> String {
    var command = ""
    for piece in pieces {
      switch piece {
      case .text(let text): command += text
      case .place(let name):
        guard let words = values[name] else { throw .unsupported("the place {\(name)} in a command") }
        command += words.map(ShellWord.quoted).joined(separator: " ")
      }
    }
    return command
  }

  private enum Piece {
    case text(Substring)
    case place(String)
  }

  private var pieces: [Piece] {
    var pieces: [Piece] = []
    var rest = rawValue[...]
    while let open = rest.firstIndex(of: "{") {
      let name = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isLetter }
      let isShells = open > rawValue.startIndex && rawValue[rawValue.index(before: open)] == "$"
      if !isShells, !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" {
        pieces += [.text(rest[..<open]), .place(String(name))]
        rest = rest[rest.index(after: name.endIndex)...]
      } else {
        pieces.append(.text(rest[...open]))
        rest = rest[rest.index(after: open)...]
      }
    }
    return pieces + [.text(rest)]
  }
}
