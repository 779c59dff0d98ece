extension ConsoleDriver {
  /// A command of the profile with its places filled: those of every command, and `values` of its own.
  func filled(_ template: CommandTemplate, _ values: [String: [String]]) throws(HubError) -> String {
    let generation = "\(profile.identity).g-\(newWord())\(newWord())"
    return try template.filled(with: profile.places(generation: generation).merging(values) { _, own in own })
  }
}

extension ConsoleProfile {
  /// The staged folder's path, without the root.
  var staged: String { "\(identity).staged" }

  /// The places that every command may use.
  func places(generation: String) -> [String: [String]] {
    let parent = identity.lastIndex(of: "/").map { String(identity[..<$0]) } ?? ""
    let places = [
      "root": root,
      "identity": root + identity,
      "identityName": Self.lastPart(of: identity),
      "parent": root + (parent.isEmpty ? "/" : parent),
      "staged": root + staged,
      "key": "\(root)\(identity)/\(key)",
      "keyName": key,
      "keyFolder": HubFile.folders(of: [key]).last ?? ".",
      "certificate": "\(root)\(identity)/\(certificate)",
      "stagedKey": "\(root)\(staged)/\(key)",
      "generation": root + generation,
      "generationName": Self.lastPart(of: generation),
      "folderMode": folderMode,
    ]
    return places.mapValues { [$0] }
  }

  private static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
