/// One line of the wall: pieces of text, each with its role.
struct WallLine: Hashable, Sendable {
  var pieces: [(text: String, role: WallColours.Role)] = []

  init(_ pieces: (String, WallColours.Role)...) { self.pieces = pieces.map { (text: $0.0, role: $0.1) } }

  mutating func add(_ text: String, _ role: WallColours.Role = .plain) { pieces.append((text, role)) }

  var columns: Int { pieces.reduce(0) { $0 + TextColumns.count($1.text) } }

  /// Never wider than `columns`: a line that wraps would tear the picture.
  func painted(_ colours: WallColours, columns: Int) -> String {
    var left = columns
    var text = ""
    for piece in pieces where left > 0 {
      let shown = TextColumns.cut(piece.text, to: left)
      left -= TextColumns.count(shown)
      text += colours.paint(shown, piece.role)
    }
    return text
  }

  static func == (one: WallLine, other: WallLine) -> Bool {
    one.pieces.elementsEqual(other.pieces) { $0.text == $1.text && $0.role == $1.role }
  }

  func hash(into hasher: inout Hasher) {
    for piece in pieces {
      hasher.combine(piece.text)
      hasher.combine(piece.role)
    }
  }
}
