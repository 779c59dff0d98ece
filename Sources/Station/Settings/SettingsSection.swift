import Yams

/// One mapping of the settings file. Reading a key marks it as known; `finish` reports the ones that nobody read.
///
/// Every reading method answers nil after it has reported a finding, so that the reader goes on and finds the rest.
final class SettingsSection {
  /// `cloud.aws`; empty for the file itself.
  let path: String
  let line: Int
  let findings: SettingsFindings
  private let entries: [(name: String, line: Int, node: Node)]
  private var known: Set<String> = []

  init(_ mapping: Node.Mapping, path: String, line: Int, findings: SettingsFindings) {
    self.path = path
    self.line = line
    self.findings = findings
    entries = mapping.map { key, node in
      (key.scalar?.string ?? "(not a word)", key.mark?.line ?? line, node)
    }
  }

  /// All keys, for sections whose keys are names of the engineer's own.
  var names: [String] { entries.map(\.name) }

  func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func has(_ key: String) -> Bool { entries.contains { $0.name == key } }

  /// Whether one value stands at the key, rather than a mapping or a list (or nothing at all).
  func holdsText(_ key: String) -> Bool {
    guard case .scalar(let scalar)? = entries.first(where: { $0.name == key })?.node else { return false }
    return !(scalar.style == .plain && ["", "~", "null"].contains(scalar.string))
  }

  func line(of key: String) -> Int { entries.first { $0.name == key }?.line ?? line }

  /// The text as it is written, whatever YAML would make of it: `012345678901` stays an account number.
  func text(_ key: String) -> String? {
    guard let entry = take(key) else { return nil }
    guard case .scalar(let scalar) = entry.node else {
      report(key, remedy: "write one value on this line.")
      return nil
    }
    let isNothing = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    guard !isNothing, !scalar.string.isEmpty else {
      report(key, remedy: "has no value: write one or remove the line.")
      return nil
    }
    guard scalar.string.unicodeScalars.count <= 4096 else {
      report(key, remedy: "is longer than 4096 characters.")
      return nil
    }
    return scalar.string
  }

  /// One word of every item of a list, without a finding where there is none.
  func peek(_ key: String, _ word: String) -> [String] {
    guard case .sequence(let items)? = entries.first(where: { $0.name == key })?.node else { return [] }
    return items.compactMap { $0.mapping?[word]?.scalar?.string }
  }

  /// The same for a list inside of a section.
  func peek(in section: String, _ key: String, _ word: String) -> [String] {
    guard case .mapping(let mapping)? = entries.first(where: { $0.name == section })?.node,
      case .sequence(let items)? = mapping[key]
    else { return [] }
    return items.compactMap { $0.mapping?[word]?.scalar?.string }
  }

  /// A value that `convert` understands; `remedy` says what would be right.
  ///
  /// - Parameter mayHoldSecret: a value that is not understood is not repeated: a PIN or a password may stand in it.
  func value<Value>(
    _ key: String, remedy: String, mayHoldSecret: Bool = false, _ convert: (String) -> Value?
  ) -> Value? {
    guard let text = text(key) else { return nil }
    if let value = convert(text) { return value }
    if mayHoldSecret { report(key, remedy: remedy) } else { report(key, value: text, remedy: remedy) }
    return nil
  }

  func required<Value>(
    _ key: String, remedy: String, mayHoldSecret: Bool = false, _ convert: (String) -> Value?
  ) -> Value? {
    guard has(key) else {
      missing(key, remedy: remedy)
      return nil
    }
    return value(key, remedy: remedy, mayHoldSecret: mayHoldSecret, convert)
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type = Value.self)
    -> Value?
  where Value.RawValue == String {
    value(key, remedy: Self.choices(type)) { Value(rawValue: $0) }
  }

  func requiredChoice<Value: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Value.Type = Value.self
  ) -> Value? where Value.RawValue == String {
    required(key, remedy: Self.choices(type)) { Value(rawValue: $0) }
  }

  func section(_ key: String) -> SettingsSection? {
    guard let entry = take(key) else { return nil }
    guard case .mapping(let mapping) = entry.node else {
      report(key, remedy: "write `key: value` lines below it, indented.")
      return nil
    }
    return SettingsSection(mapping, path: full(key), line: entry.line, findings: findings)
  }

  func requiredSection(_ key: String, remedy: String) -> SettingsSection? {
    guard has(key) else {
      missing(key, remedy: remedy)
      return nil
    }
    return section(key)
  }

  /// A list of mappings; at most `limit`.
  func sections(_ key: String, limit: Int = 256) -> [SettingsSection] {
    items(key, limit: limit).compactMap { name, node, line in
      guard case .mapping(let mapping) = node else {
        findings.add(line: line, key: name, value: nil, remedy: "write `- key: value` and its lines below.")
        return nil
      }
      return SettingsSection(mapping, path: name, line: line, findings: findings)
    }
  }

  /// A list of words, each with its line.
  func texts(_ key: String, limit: Int = 256) -> [(text: String, line: Int)] {
    items(key, limit: limit).compactMap { name, node, line in
      guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
        findings.add(line: line, key: name, value: nil, remedy: "write one word or path per item.")
        return nil
      }
      return (scalar.string, line)
    }
  }

  func missing(_ key: String, remedy: String) {
    known.insert(key)
    findings.add(line: line, key: full(key), value: nil, remedy: SettingsFindings.missing + remedy)
  }

  func report(_ key: String, value: String? = nil, remedy: String) {
    findings.add(line: line(of: key), key: full(key), value: value, remedy: remedy)
  }

  /// Reports the keys that nobody asked for, with the nearest one that would have been read.
  func finish() {
    let unread = known.subtracting(entries.map(\.name))
    for entry in entries where !known.contains(entry.name) {
      let meant = NearestWord.of(entry.name, in: unread) ?? NearestWord.of(entry.name, in: known)
      if let meant { findings.forgetMissing(full(meant)) }
      findings.add(
        line: entry.line, key: full(entry.name), value: nil,
        remedy: meant.map { "is not known here; did you mean `\($0)`?" }
          ?? "is not known here: remove it. Known: \(known.sorted().joined(separator: ", ")).")
    }
  }

  private func take(_ key: String) -> (name: String, line: Int, node: Node)? {
    known.insert(key)
    return entries.first { $0.name == key }
  }

  private func items(_ key: String, limit: Int) -> [(name: String, node: Node, line: Int)] {
    guard let entry = take(key) else { return [] }
    guard case .sequence(let sequence) = entry.node else {
      report(key, remedy: "write a list: one `- item` per line.")
      return []
    }
    if sequence.count > limit { report(key, remedy: "has more than \(limit) items.") }
    return sequence.prefix(limit).enumerated().map { index, node in
      ("\(full(key))[\(index + 1)]", node, node.mark?.line ?? entry.line)
    }
  }

  private static func choices<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> String
  where Value.RawValue == String {
    "write \(type.allCases.map(\.rawValue).joined(separator: " or "))."
  }
}
