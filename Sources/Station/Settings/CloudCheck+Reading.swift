extension CloudCheck {
  private static let usualSeconds: Int64 = 30

  static func read(_ model: SettingsSection) -> [CloudCheck] {
    guard model.has("cloud-checks") else { return [] }
    var checks: [CloudCheck] = []
    for section in model.sections("cloud-checks", limit: 32) {
      defer { section.finish() }
      let command = section.required("command", remedy: "write `online` or a command of the hub.") {
        SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,64}/#)
      }
      let limit = section.value("within", remedy: "write a time from 1s to 5m.") { text in
        SettingsWord.duration(text).flatMap {
          (1...HubCommand.longest).contains($0.components.seconds) ? $0.components.seconds : nil
        }
      }
      let values = section.has("values") ? section.sections("values", limit: 15).compactMap(Value.read) : []
      guard let command else { continue }
      if command == online, !values.isEmpty || section.has("within") {
        section.report(
          "command", value: command, remedy: "has no values and no time of its own: remove them.")
      }
      if command == HubCommand.setNetwork {
        section.report("command", value: command, remedy: "changes the hub: ask it something.")
      }
      checks.append(CloudCheck(command: command, seconds: limit ?? usualSeconds, values: values))
    }
    return checks
  }
}

extension CloudCheck.Value {
  fileprivate static func read(_ section: SettingsSection) -> Self? {
    defer { section.finish() }
    let name = section.required("name", remedy: "write a name for this value: 1 to 32 of A-Z a-z 0-9 . _ -") {
      SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,32}/#)
    }
    let path = section.value("path", remedy: "write names with dots between them, such as fabric.id.") {
      SettingsWord.matching($0, #/[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*/#)
    }
    let low = section.value("low", remedy: "write a number.", SettingsWord.number)
    let high = section.value("high", remedy: "write a number.", SettingsWord.number)
    let expected = section.value("expected", remedy: "write at most 200 characters.") {
      $0.count <= 200 ? $0 : nil
    }
    if expected == nil, low == nil, high == nil {
      section.missing(
        "expected", remedy: "give `low`, `high` or both, or `expected`; a check must be able to fail.")
    }
    guard let name else { return nil }
    return Self(name: name, path: path ?? "", low: low, high: high, expected: expected)
  }
}
