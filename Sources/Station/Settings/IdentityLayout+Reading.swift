extension IdentityLayout {
  /// What a template may ask for; everything else would reach the hub as it stands.
  static let placeholders: Set<String> = [
    "thingName", "dataEndpoint", "credentialEndpoint", "roleAlias", "region", "serial", "model", "hubId",
    "identityFolder",
  ]

  /// The shipped layouts and the settings' own.
  static func read(_ root: SettingsSection) -> [IdentityLayout] {
    var layouts = shipped
    guard root.has("layouts") else { return layouts }
    for section in root.sections("layouts", limit: 64) {
      defer { section.finish() }
      let name = section.required("name", remedy: "write a name: 1 to 32 of A-Z a-z 0-9 . _ -") {
        SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,32}/#)
      }
      if let name, layouts.contains(where: { $0.name == name }) {
        section.report("name", value: name, remedy: "is taken: choose another.")
      }
      let files = section.sections("files", limit: 32).compactMap { DeliveredFile.read($0) }
      checkFiles(files, of: section)
      if let name { layouts.append(IdentityLayout(name: name, files: files)) }
    }
    return layouts
  }

  private static func checkFiles(_ files: [DeliveredFile], of section: SettingsSection) {
    let paths = files.map(\.path)
    if let twice = paths.first(where: { path in paths.filter { $0 == path }.count > 1 }) {
      section.report("files", value: twice, remedy: "is written twice: every file has a path of its own.")
    }
    if !files.contains(where: { $0.content == .privateKey }) {
      section.report(
        "files", remedy: "holds no file with `content: private-key`: a hub cannot log in without.")
    }
    if !files.contains(where: { $0.content == .certificate || $0.content == .certificateChain }) {
      section.report(
        "files", remedy: "holds no file with `content: certificate`: a hub cannot log in without.")
    }
  }
}

extension DeliveredFile {
  private enum Kind: String, CaseIterable {
    case privateKey = "private-key"
    case certificate
    case chain
    case trustRoots = "trust-roots"
    case template
  }

  fileprivate static func read(_ section: SettingsSection) -> DeliveredFile? {
    defer { section.finish() }
    let path = section.required(
      "path", remedy: "write a path inside the identity folder, such as certs/hub.pem.", Self.innerPath)
    let mode = section.required("mode", remedy: "write 0600, 0640 or 0644.") { text in
      UInt16(text, radix: 8).flatMap { $0 & ~0o644 == 0 && $0 & 0o400 != 0 ? $0 : nil }
    }
    let owner = section.value("owner", remedy: "write user or user:group.") {
      SettingsWord.matching(
        $0, #/[A-Za-z_][A-Za-z0-9_\-]{0,31}(:[A-Za-z_][A-Za-z0-9_\-]{0,31})?/#)
    }
    guard let kind = section.requiredChoice("content", Kind.self) else { return nil }
    let template =
      kind == .template
      ? section.required("template", remedy: "write the text, after `template: |`.", { $0 }) : nil
    if let template { checkPlaceholders(template, section) }
    if kind == .privateKey, let mode, mode & 0o077 != 0 {
      section.report(
        "mode", value: String(mode, radix: 8), remedy: "lets others read the private key: write 0600.")
    }
    guard let path, let mode else { return nil }
    let content: Content
    switch kind {
    case .privateKey: content = .privateKey
    case .certificate: content = .certificate
    case .chain: content = .certificateChain
    case .trustRoots: content = .trustRoots
    case .template: content = .template(template ?? "")
    }
    return DeliveredFile(path: path, mode: mode, owner: owner, content: content)
  }

  /// Below the identity's folder: no `..`, no leading slash, and nothing that a program would take for an option.
  static func innerPath(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.hasPrefix("-") }) else {
      return nil
    }
    return SettingsWord.matching(text, #/[A-Za-z0-9._\-\/]{1,200}/#)
  }

  private static func checkPlaceholders(_ template: String, _ section: SettingsSection) {
    for match in template.matches(of: #/\{\{([^}]*)\}\}/#)
    where !IdentityLayout.placeholders.contains(String(match.1)) {
      section.report(
        "template", value: "{{\(match.1)}}",
        remedy: "is not known; known: \(IdentityLayout.placeholders.sorted().joined(separator: ", ")).")
    }
  }
}
