/// The wall's colours: those of Okabe and Ito, which the colour-blind tell apart. A colour never says anything alone.
enum WallColours: Hashable, Sendable {
  case none
  /// The nearest of the 256 that every terminal of this century has.
  case indexed
  case full

  enum Role: Hashable, Sendable {
    case plain, dim, working, passed, failed, stationFault, unplugged
  }

  /// NO_COLOR (any value but the empty one) and TERM=dumb are obeyed; CLICOLOR_FORCE wins over not being a terminal.
  static func chosen(environment: [String: String], isTerminal: Bool) -> WallColours {
    if let refused = environment["NO_COLOR"], !refused.isEmpty { return .none }
    let forced = environment["CLICOLOR_FORCE"].map { !$0.isEmpty && $0 != "0" } ?? false
    guard forced || (isTerminal && environment["TERM"] != "dumb" && environment["TERM"] != nil) else {
      return .none
    }
    return ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") ? .full : .indexed
  }

  func paint(_ text: String, _ role: Role) -> String {
    guard self != .none, let code = code(of: role) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private func code(of role: Role) -> String? {
    switch role {
    case .plain: nil
    case .dim: "2"
    case .working: self == .full ? "1;38;2;86;180;233" : "1;38;5;74"
    // Black on the colour: results are blocks that are seen from afar.
    case .passed: self == .full ? "1;30;48;2;0;158;115" : "1;30;48;5;36"
    case .failed: self == .full ? "1;30;48;2;213;94;0" : "1;30;48;5;166"
    case .stationFault: self == .full ? "1;30;48;2;230;159;0" : "1;30;48;5;214"
    case .unplugged: self == .full ? "1;30;48;2;240;228;66" : "1;30;48;5;227"
    }
  }
}
