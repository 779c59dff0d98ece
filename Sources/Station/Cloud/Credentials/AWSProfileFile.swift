import Foundation

/// One of the two files of the AWS tools: sections with `key = value` lines.
struct AWSProfileFile: Sendable {
  /// Section name -> key in lower case -> value.
  private(set) var sections: [String: [String: String]] = [:]

  /// - Parameter prefixed: in the config file a profile's section is `[profile name]` (only `default` may stand alone);
  ///   in the credentials file it is `[name]`.
  init(_ text: String, prefixed: Bool) {
    var section: String?
    for raw in text.split(whereSeparator: \.isNewline) {
      // Some editors begin a file with a byte order mark.
      let line = raw.hasPrefix("\u{FEFF}") ? raw.dropFirst() : raw
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("[") {
        section = Self.profile(trimmed, prefixed: prefixed)
        if let section { sections[section, default: [:]] = sections[section] ?? [:] }
        continue
      }
      // Indented lines are settings below a setting (`s3 =`, then `  max_concurrent_requests = 20`): not ours.
      guard let section, let first = line.first, first != " ", first != "\t",
        let equals = trimmed.firstIndex(of: "=")
      else { continue }
      let key = trimmed[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      let value = trimmed[trimmed.index(after: equals)...].trimmingCharacters(in: .whitespaces)
      // A command line may have a word that begins with `#`; a key id or a region has not.
      sections[section]?[key] = key == "credential_process" ? value : Self.withoutComment(value)
    }
  }

  private static func profile(_ header: String, prefixed: Bool) -> String? {
    guard let end = header.firstIndex(of: "]") else { return nil }
    let inside = header[header.index(after: header.startIndex)..<end].trimmingCharacters(in: .whitespaces)
    guard prefixed else { return inside }
    if inside == "default" { return inside }
    guard let space = inside.firstIndex(where: { $0 == " " || $0 == "\t" }), inside[..<space] == "profile"
    else {
      return nil
    }
    return inside[space...].trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
  }

  /// A comment after a value begins with white space and `#` or `;`.
  private static func withoutComment(_ value: String) -> String {
    var previous: Character?
    for index in value.indices {
      let character = value[index]
      if character == "#" || character == ";", previous == " " || previous == "\t" {
        return value[..<index].trimmingCharacters(in: .whitespaces)
      }
      previous = character
    }
    return value
  }
}
