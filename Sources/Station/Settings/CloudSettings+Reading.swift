extension CloudSettings {
  static func read(_ root: SettingsSection) -> CloudSettings? {
    guard
      let section = root.requiredSection(
        "cloud", remedy: "say where hubs are registered, as in `station settings example`.")
    else { return nil }
    defer { section.finish() }
    let aws = AWS.read(section)
    let vendor = Vendor.read(section)
    let network = Network.read(section)
    let rateRemedy = "write calls per second: more than 0, at most 1000."
    let rate = section.required("calls-per-second", remedy: rateRemedy, Self.rate)
    var byKind: [EffectKind: Double] = [:]
    if let rates = section.section("calls-per-second-by-kind") {
      for kind in EffectKind.allCases {
        if let value = rates.value(kind.rawValue, remedy: rateRemedy, Self.rate) { byKind[kind] = value }
      }
      rates.finish()
    }
    let revokeWithin = section.value(
      "revoke-within", remedy: SettingsWord.durationRemedy, SettingsWord.duration)
    let shadow = Shadow.read(section)
    let networks = WirelessSettings.read(section)
    guard let aws, let vendor, let network, let rate else { return nil }
    var settings = CloudSettings(
      aws: aws, vendor: vendor, network: network, callsPerSecond: rate, callsPerSecondByKind: byKind)
    settings.shadow = shadow
    settings.networks = networks
    if let revokeWithin { settings.revokeWithin = revokeWithin }
    return settings
  }

  private static func rate(_ text: String) -> Double? {
    SettingsWord.number(text).flatMap { $0 > 0 && $0 <= 1000 ? $0 : nil }
  }
}

extension CloudSettings.AWS {
  fileprivate static func read(_ cloud: SettingsSection) -> Self? {
    guard let section = cloud.requiredSection("aws", remedy: "name region, account and policy.") else {
      return nil
    }
    defer { section.finish() }
    let region = section.required("region", remedy: "write a region such as eu-central-1.") {
      SettingsWord.matching($0, #/[a-z]{2}(-[a-z]+)+-[0-9]{1,2}/#)
    }
    let account = section.required("account", remedy: "write the 12 digits of the AWS account.") {
      SettingsWord.matching($0, #/[0-9]{12}/#)
    }
    let endpoint = section.value(
      "endpoint", remedy: SettingsWord.addressRemedy, mayHoldSecret: true, SettingsWord.address)
    let data = section.value("data-endpoint", remedy: SettingsWord.hostRemedy, SettingsWord.host)
    let credential = section.value("credential-endpoint", remedy: SettingsWord.hostRemedy, SettingsWord.host)
    let alias = section.value("role-alias", remedy: "write 1 to 128 of A-Z a-z 0-9 = , @ _ -") {
      SettingsWord.matching($0, #/[A-Za-z0-9_=,@\-]{1,128}/#)
    }
    let thingType = section.value("thing-type", remedy: "write 1 to 128 of A-Z a-z 0-9 : _ -") {
      SettingsWord.matching($0, #/[A-Za-z0-9:_\-]{1,128}/#)
    }
    let via = section.requiredChoice("policy-via", PolicyVia.self)
    let policy = section.required(
      "policy-name", remedy: "write the name of the IoT policy (or of the thing group)."
    ) {
      SettingsWord.matching($0, #/[A-Za-z0-9_+=,.@:\-]{1,128}/#)
    }
    let profile = section.value("profile", remedy: "write the name of a profile of the AWS files.") {
      SettingsWord.matching($0, #/[!-~]{1,128}/#)
    }
    guard let region, let account, let via, let policy else { return nil }
    return Self(
      region: region, account: account, endpoint: endpoint, dataEndpoint: data,
      credentialEndpoint: credential,
      roleAlias: alias, thingType: thingType, policyVia: via, policyName: policy, profile: profile)
  }
}

extension CloudSettings.Vendor {
  fileprivate static func read(_ cloud: SettingsSection) -> Self? {
    guard let section = cloud.requiredSection("vendor", remedy: "name base-url and authentication.") else {
      return nil
    }
    defer { section.finish() }
    let base = section.required(
      "base-url", remedy: SettingsWord.addressRemedy, mayHoldSecret: true, SettingsWord.address)
    let authentication = section.requiredChoice("authentication", Authentication.self)
    let apiKey = section.section("api-key").flatMap { SecretSource.read($0) }
    let bearer = section.section("bearer").flatMap { SecretSource.read($0) }
    if let authentication {
      let remedy = "say where it is read from: `file: /path` or `command: [program, argument]`."
      if authentication != .bearer, !section.has("api-key") { section.missing("api-key", remedy: remedy) }
      if authentication != .apiKey, !section.has("bearer") { section.missing("bearer", remedy: remedy) }
    }
    let idRemedy = "write the id as the vendor's portal shows it, without spaces."
    let organisation = section.value("org-id", remedy: idRemedy) {
      SettingsWord.matching($0, #/[!-~]{1,200}/#)
    }
    let user = section.value("user-id", remedy: idRemedy) { SettingsWord.matching($0, #/[!-~]{1,200}/#) }
    guard let base, let authentication else { return nil }
    return Self(
      baseURL: base, authentication: authentication, apiKey: apiKey, bearer: bearer,
      organisation: organisation, user: user)
  }
}

extension SecretSource {
  /// Findings never repeat the value: it may be the secret itself.
  static func read(_ section: SettingsSection) -> SecretSource? {
    defer { section.finish() }
    if section.has("file"), section.has("command") {
      section.report("command", remedy: "stands beside `file`: keep one.")
    }
    if section.has("command") {
      let words = section.texts("command", limit: 32).map(\.text)
      if let program = words.first, SettingsWord.absolutePath(program) != nil { return .command(words) }
      section.report(
        "command", remedy: "write a list whose first item is the program's path, beginning with /.")
      return nil
    }
    guard section.has("file") else {
      section.missing("file", remedy: "write `file: /path` or `command: [program, argument]`.")
      return nil
    }
    guard let path = section.text("file") else { return nil }
    if let path = SettingsWord.absolutePath(path) { return .file(path) }
    section.report("file", remedy: "write the path of a file that holds the secret, beginning with /.")
    return nil
  }
}

extension CloudSettings.Network {
  fileprivate static func read(_ cloud: SettingsSection) -> Self? {
    guard let section = cloud.requiredSection("network", remedy: "give connect-timeout and request-timeout.")
    else {
      return nil
    }
    defer { section.finish() }
    var proxy: String?
    if let text = section.text("proxy") {
      // Not repeated: somebody may have written a password into it.
      proxy = SettingsWord.matching(text, #/http:\/\/[A-Za-z0-9.\-]+:[0-9]{1,5}/#)
      if proxy == nil {
        section.report("proxy", remedy: "write http://host:port, without user and password.")
      }
    }
    var direct: [String] = []
    if section.has("no-proxy") {
      for item in section.texts("no-proxy", limit: 64) {
        if let host = SettingsWord.matching(item.text, #/[A-Za-z0-9.:\-\/\[\]]{1,253}/#) {
          direct.append(host)
        } else {
          section.report(
            "no-proxy", value: item.text, remedy: "write hosts, .suffixes or blocks such as 10.0.0.0/8.")
        }
      }
    }
    let bundle = section.value(
      "ca-bundle", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    let connect = section.required(
      "connect-timeout", remedy: SettingsWord.durationRemedy, SettingsWord.duration)
    let request = section.required(
      "request-timeout", remedy: SettingsWord.durationRemedy, SettingsWord.duration)
    guard let connect, let request else { return nil }
    return Self(
      proxy: proxy, noProxy: direct, caBundle: bundle, connectTimeout: connect, requestTimeout: request)
  }
}
