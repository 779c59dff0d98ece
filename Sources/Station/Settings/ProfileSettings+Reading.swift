import SerialFlasher

extension ProfileSettings {
  /// The shipped profile and the settings' own: each is the shipped one with some keys changed.
  static func read(_ root: SettingsSection) -> [ProfileSettings] {
    var profiles = [shipped]
    guard root.has("profiles") else { return profiles }
    for section in root.sections("profiles", limit: 64) {
      defer { section.finish() }
      let name = section.required("name", remedy: "write a name: 1 to 32 of A-Z a-z 0-9 . _ -") {
        SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,32}/#)
      }
      if let name, profiles.contains(where: { $0.name == name }) {
        section.report("name", value: name, remedy: "is taken: choose another.")
      }
      var profile = ProfileSettings(name: name ?? "", console: .linuxShell())
      profile.console.name = profile.name
      profile.readPlaces(section)
      profile.readCommands(section)
      profile.readLists(section)
      profile.readLogin(section)
      profile.readLimits(section)
      profile.reportProblems(section)
      if name != nil { profiles.append(profile) }
    }
    return profiles
  }

  // MARK: Places and commands

  private mutating func readPlaces(_ section: SettingsSection) {
    if let root = section.value(
      "root", remedy: "write an absolute path, or . for the folder that the login shell starts in.",
      { $0 == "." ? $0 : SettingsWord.absolutePath($0) })
    {
      console = .linuxShell(root: root)
      console.name = name
    }
    if let path = section.value(
      "identity", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    {
      console.identity = path
    }
    if let mode = section.value("folder-mode", remedy: "write 0700, 0750 or 0755.", Self.folderMode) {
      console.folderMode = mode
    }
    let remedy = "write a path inside the identity folder, such as private.key."
    if let key = section.value("key", remedy: remedy, DeliveredFile.innerPath) { console.key = key }
    if let path = section.value("certificate", remedy: remedy, DeliveredFile.innerPath) {
      console.certificate = path
    }
    if let flag = section.value("logs-out", remedy: SettingsWord.flagRemedy, SettingsWord.flag) {
      console.logsOut = flag
    }
  }

  private static func folderMode(_ text: String) -> String? {
    ["0700", "0750", "0755"].contains(text) ? text : nil
  }

  private static var needed: [(String, WritableKeyPath<ConsoleProfile, CommandTemplate>)] {
    [
      ("serial", \.serial), ("model", \.model), ("held-certificate", \.heldCertificate),
      ("prepare-staged", \.prepareStaged), ("sink", \.sink), ("sync", \.sync), ("digest", \.digest),
      ("activate", \.activate), ("discard", \.discard), ("discard-but-key", \.discardButKey),
      ("sweep", \.sweep),
      ("possession", \.possession),
    ]
  }

  /// `none` says that the hub has no such thing.
  private static var optional: [(String, WritableKeyPath<ConsoleProfile, CommandTemplate>)] {
    [
      ("mac", \.mac), ("hub-id", \.hubId), ("firmware", \.firmware), ("drop-caches", \.dropCaches),
      ("make-key", \.makeKey),
      ("request", \.request), ("set-wifi-credentials", \.setWifiCredentials), ("farewell", \.farewell),
    ]
  }

  private mutating func readCommands(_ section: SettingsSection) {
    for (key, path) in Self.needed {
      if let command = Self.command(section, key) { console[keyPath: path] = command }
    }
    for (key, path) in Self.optional {
      guard let command = Self.command(section, key) else { continue }
      console[keyPath: path] = command.rawValue == "none" ? "" : command
    }
    guard let checks = section.section("checks") else { return }
    for name in checks.names {
      if let command = Self.command(checks, name) { console.checks[name] = command }
    }
    checks.finish()
  }

  private static func command(_ section: SettingsSection, _ key: String) -> CommandTemplate? {
    guard let text = section.text(key) else { return nil }
    guard text.utf8.count <= 2048 else {
      section.report(key, remedy: "is longer than 2048 bytes.")
      return nil
    }
    return CommandTemplate(rawValue: text)
  }

  /// What the driver would refuse, at the line of its key.
  private func reportProblems(_ section: SettingsSection) {
    let checks = section.section("checks")
    for problem in console.problems {
      let parts = problem.split(separator: ": ", maxSplits: 1).map(String.init)
      guard let field = parts.first, let remedy = parts.dropFirst().first else { continue }
      let key = field.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
      let top = String(key.prefix { $0 != "." && $0 != "[" })
      let name = String(key.dropFirst(top.count + 1))
      let line = top == "checks" ? checks?.line(of: name) : section.line(of: top)
      section.findings.add(
        line: line ?? section.line, key: section.full(key), value: nil, remedy: remedy + ".")
    }
  }

  private mutating func readLists(_ section: SettingsSection) {
    if section.has("requires") { console.requires = section.texts("requires", limit: 64).map(\.text) }
    if section.has("preparation") { console.preparation = Self.commands(section, "preparation") }
    if section.has("finish") { console.finish = Self.commands(section, "finish") }
  }

  private static func commands(_ section: SettingsSection, _ key: String) -> [CommandTemplate] {
    section.texts(key, limit: 32).map { CommandTemplate(rawValue: $0.text) }
  }

  // MARK: Login and limits

  private mutating func readLogin(_ section: SettingsSection) {
    guard let login = section.section("login") else { return }
    defer { login.finish() }
    if let user = login.value(
      "user", remedy: "write the console's user.", { SettingsWord.matching($0, #/[!-~]{1,64}/#) })
    {
      console.login.user = user
    }
    if login.has("user-prompts") {
      console.login.userPrompts = login.texts("user-prompts", limit: 16).map(\.text)
    }
    if login.has("password-prompts") {
      console.login.passwordPrompts = login.texts("password-prompts", limit: 16).map(\.text)
    }
    if login.has("patience") { console.login.patience = login.texts("patience", limit: 16).map(\.text) }
    password = login.section("password").flatMap { SecretSource.read($0) }
  }

  private static var times: [(String, WritableKeyPath<ConsoleLimits, Duration>)] {
    [
      ("boot", \.boot), ("login", \.login), ("prompt", \.prompt), ("quiet", \.quiet), ("chatter", \.chatter),
      ("patience", \.patience),
      ("command", \.command), ("key", \.key), ("transfer", \.transfer), ("sync", \.sync),
    ]
  }

  private mutating func readLimits(_ section: SettingsSection) {
    guard let limits = section.section("limits") else { return }
    for (key, path) in Self.times {
      if let time = limits.value(key, remedy: SettingsWord.durationRemedy, SettingsWord.duration) {
        console.limits[keyPath: path] = time
      }
    }
    limits.finish()
  }
}
