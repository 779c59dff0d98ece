extension ConsoleProfile {
  /// What is wrong with this profile, one sentence each, every one at once; empty when a driver can use it.
  public var problems: [String] {
    var problems: [String] = []
    let common = Set(places(generation: "\(identity).g-0").keys)
    for (field, template, own) in commands {
      for place in template.places where !common.contains(place) && !own.contains(place) {
        let mine = own.map { "{\($0)}" }.joined(separator: ", ") + (own.isEmpty ? "" : " and ")
        problems.append("\(field): there is no place {\(place)}, only \(mine)those of every command")
      }
      if template.rawValue.utf8.contains(Ascii.newline) { problems.append("\(field): a command is one line") }
    }
    for (field, path) in [("key", key), ("certificate", certificate)] where !HubFile.isAllowed(path: path) {
      problems.append("\(field): \(path) is no relative path of A-Z a-z 0-9 . _ - /")
    }
    if !identity.hasPrefix("/") || !HubFile.isAllowed(path: String(identity.dropFirst())) {
      problems.append("identity: \(identity) is no full path of A-Z a-z 0-9 . _ - /")
    }
    return problems
  }

  /// Every command with its field and the places that it alone may use.
  private var commands: [(field: String, template: CommandTemplate, places: [String])] {
    var commands: [(field: String, template: CommandTemplate, places: [String])] = [
      ("serial", serial, []), ("model", model, []), ("mac", mac, []), ("hubId", hubId, []),
      ("firmware", firmware, []),
      ("heldCertificate", heldCertificate, []), ("prepareStaged", prepareStaged, ["folders"]),
      ("sink", sink, ["path", "mode", "owner"]), ("sync", sync, []), ("dropCaches", dropCaches, []),
      ("digest", digest, ["path"]), ("activate", activate, []), ("discard", discard, []),
      ("discardButKey", discardButKey, []), ("sweep", sweep, []), ("makeKey", makeKey, []),
      ("request", request, ["commonName", "serialNumber"]), ("possession", possession, ["message"]),
      ("setWifiCredentials", setWifiCredentials, []), ("farewell", farewell, []),
    ]
    for (index, command) in preparation.enumerated() {
      commands.append(("preparation[\(index)]", command, []))
    }
    for (index, command) in finish.enumerated() { commands.append(("finish[\(index)]", command, [])) }
    for (name, command) in checks.sorted(by: { $0.key < $1.key }) {
      commands.append(("checks.\(name)", command, []))
    }
    return commands
  }
}
