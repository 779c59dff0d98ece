import SerialFlasher

extension HubModel {
  /// The ids that stand in the file, whatever else is wrong with their models: a slot that names one is not wrong too.
  static func ids(_ root: SettingsSection) -> [String] { root.peek("models", "id") }

  static func read(_ root: SettingsSection, profiles: [ProfileSettings], layouts: [IdentityLayout])
    -> [HubModel]
  {
    guard root.has("models") else {
      root.missing(
        "models", remedy: "describe the hubs that are made here, as in `station settings example`.")
      return []
    }
    let networks = WirelessSettings.names(root)
    var models: [HubModel] = []
    for section in root.sections("models") {
      guard let model = read(section, profiles: profiles, layouts: layouts, networks: networks) else {
        continue
      }
      if models.contains(where: { $0.id == model.id }) {
        section.report("id", value: model.id, remedy: "is used twice: every model has an id of its own.")
      }
      let names = model.reportedNames.isEmpty ? [model.id] : model.reportedNames
      for other in models {
        if let name = names.first(where: { other.isReported(as: $0) }), other.id != model.id {
          section.report(
            "reported-names", value: name,
            remedy: "is also a name of model \(other.id): a hub must be one of them.")
        }
      }
      models.append(model)
    }
    return models
  }

  private static func read(
    _ section: SettingsSection, profiles: [ProfileSettings], layouts: [IdentityLayout], networks: [String]
  ) -> HubModel? {
    defer { section.finish() }
    let id = section.required("id", remedy: "write the model's id: 1 to 64 of A-Z a-z 0-9 . _ -") {
      SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,64}/#)
    }
    let names = section.has("reported-names") ? section.texts("reported-names", limit: 16).map(\.text) : []
    let vendor = section.required(
      "vendor-name",
      remedy: "write the maker's name, without spaces: 1 to 100 of A-Z a-z 0-9 _ . , @ / : # = -"
    ) {
      SettingsWord.matching($0, #/[A-Za-z0-9_.,@\/:#=\-]{1,100}/#)
    }
    let serial = SerialRule.read(section)
    let macRequired = section.required("mac-required", remedy: SettingsWord.flagRemedy, SettingsWord.flag)
    let key = section.requiredChoice("key", KeyOrigin.self)
    let profile = section.required(
      "profile", remedy: "write one of: \(profiles.map(\.name).joined(separator: ", "))."
    ) { name in
      profiles.first { $0.name == name }
    }
    let baud = section.required("baud", remedy: "write 9600 to 4000000.") { text in
      UInt32(text).flatMap { (9_600...4_000_000).contains($0) ? $0 : nil }
    }
    let layout = section.required(
      "layout", remedy: "write one of: \(layouts.map(\.name).joined(separator: ", ")).",
      { name in layouts.first { $0.name == name } })
    if let profile, let layout { checkPlaces(section, key: key, profile: profile, layout: layout) }
    let hubID = HubIDOrigin.read(section, profile: profile)
    let network = WirelessSettings.read(section, of: networks, profile: profile)
    let checks = CheckDefinition.read(section, profile: profile)
    let cloudChecks = CloudCheck.read(section)
    guard let id, let vendor, let serial, let macRequired, let key, let profile, let baud, let layout else {
      return nil
    }
    return HubModel(
      id: id, reportedNames: names, vendorName: vendor, serialRule: serial, macRequired: macRequired,
      hubID: hubID, key: key,
      profile: profile.name, baud: baud, layout: layout, identityFolder: profile.console.identity,
      checks: checks, network: network, leavesByItself: !profile.console.farewell.isEmpty,
      cloudChecks: cloudChecks)
  }
}

extension HubModel {
  /// The hub's console looks for key and certificate where its profile says; the files must be put there.
  private static func checkPlaces(
    _ section: SettingsSection, key: KeyOrigin?, profile: ProfileSettings, layout: IdentityLayout
  ) {
    let console = profile.console
    func isPut(_ path: String, _ contents: DeliveredFile.Content...) -> Bool {
      layout.files.contains { $0.path == path && contents.contains($0.content) }
    }
    if key == .station, !isPut(console.key, .privateKey) {
      section.report(
        "layout", value: layout.name,
        remedy: "has no private key at \(console.key), where profile \(profile.name) looks: mend one of them."
      )
    }
    if !isPut(console.certificate, .certificate, .certificateChain) {
      section.report(
        "layout", value: layout.name,
        remedy:
          "has no certificate at \(console.certificate), where profile \(profile.name) looks: mend one of them."
      )
    }
    if key == .hub, console.makeKey.isEmpty || console.request.isEmpty {
      section.report(
        "key", value: KeyOrigin.hub.rawValue,
        remedy: "needs the commands `make-key` and `request` in profile \(profile.name).")
    }
  }
}

extension HubIDOrigin {
  private enum Word: String, CaseIterable {
    case derived, reported, listed
  }

  fileprivate static func read(_ model: SettingsSection, profile: ProfileSettings?) -> HubIDOrigin {
    let written = model.has("hub-id") ? model.choice("hub-id", Word.self) : .derived
    guard let word = written else {
      _ = model.text("hub-id-list")
      return .derived
    }
    if word != .listed, model.text("hub-id-list") != nil {
      model.report(
        "hub-id-list", remedy: "is read only with `hub-id: listed`: write that or remove the line.")
    }
    switch word {
    case .derived: return .derived
    case .reported:
      if let profile, profile.console.hubId.isEmpty {
        model.report(
          "hub-id", value: word.rawValue,
          remedy: "needs the command `hub-id` in a console profile of its own: \(profile.name) has none.")
      }
      return .reported
    case .listed:
      let file = model.required(
        "hub-id-list", remedy: "write the absolute path of a file with serial,hubId on each line.",
        SettingsWord.absolutePath)
      return .listed(file: file ?? "")
    }
  }
}

extension SerialRule {
  fileprivate static func read(_ model: SettingsSection) -> SerialRule? {
    guard
      let section = model.requiredSection(
        "serial", remedy: "write `serial:` and below it `pattern: SPK[0-9]{8}`.")
    else { return nil }
    defer { section.finish() }
    let pattern = section.required(
      "pattern", remedy: "write a regular expression for the whole serial, such as SPK[0-9]{8}."
    ) {
      (try? Regex($0)) != nil ? $0 : nil
    }
    let upperCased = section.required("upper-case", remedy: SettingsWord.flagRemedy, SettingsWord.flag)
    guard let pattern, let upperCased else { return nil }
    return SerialRule(pattern: pattern, upperCased: upperCased)
  }
}

extension CheckDefinition {
  fileprivate static func read(_ model: SettingsSection, profile: ProfileSettings?) -> [CheckDefinition] {
    guard model.has("checks") else { return [] }
    var checks: [CheckDefinition] = []
    for section in model.sections("checks", limit: 64) {
      defer { section.finish() }
      let name = section.required(
        "name", remedy: "write the name that the console profile has for this check."
      ) {
        SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,32}/#)
      }
      let measure = section.value("unit", remedy: "write at most 16 characters, such as V or dBm.") {
        $0.count <= 16 ? $0 : nil
      }
      let low = section.value("low", remedy: "write a number.", SettingsWord.number)
      let high = section.value("high", remedy: "write a number.", SettingsWord.number)
      let expected = section.value("expected", remedy: "write at most 200 characters.") {
        $0.count <= 200 ? $0 : nil
      }
      if let low, let high, low > high {
        section.report("low", value: String(low), remedy: "is above `high`: exchange them.")
      }
      if expected != nil, low != nil || high != nil {
        section.report("expected", remedy: "stands beside limits: keep the word or the limits.")
      }
      if !section.has("expected"), !section.has("low"), !section.has("high") {
        section.missing(
          "low", remedy: "give `low`, `high` or both, or `expected`; a check must be able to fail.")
      }
      guard let name else { continue }
      if let profile, profile.console.checks[name] == nil {
        section.report(
          "name", value: name,
          remedy: "has no command in profile \(profile.name): add it to the profile's `checks`.")
      }
      if checks.contains(where: { $0.name == name }) {
        section.report("name", value: name, remedy: "is used twice in this model.")
      }
      checks.append(
        CheckDefinition(name: name, measure: measure ?? "", low: low, high: high, expected: expected))
    }
    return checks
  }
}
