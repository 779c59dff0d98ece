extension SlotSettings {
  static func read(_ root: SettingsSection, models: [String]) -> [SlotSettings] {
    guard root.has("slots") else {
      root.missing("slots", remedy: "list the places of the bench, as in `station settings example`.")
      return []
    }
    var slots: [SlotSettings] = []
    for section in root.sections("slots", limit: 128) {
      defer { section.finish() }
      let name = section.required(
        "name", remedy: "write what is painted on the bench: 1 to 16 of A-Z a-z 0-9 . _ -"
      ) {
        SlotName($0)
      }
      let path = section.value(
        "path", remedy: "write the ID_PATH that `station slots` shows, or use `station slots teach`."
      ) {
        SettingsWord.matching($0, #/[!-~]{1,200}/#)
      }
      let presence = section.requiredChoice("presence", Presence.self)
      let model = section.value("model", remedy: Self.modelRemedy(models)) { models.contains($0) ? $0 : nil }
      if let name, slots.contains(where: { $0.name == name }) {
        section.report("name", value: name.text, remedy: "is used twice: every slot has a name of its own.")
      }
      if let path, slots.contains(where: { $0.path == path }) {
        section.report("path", value: path, remedy: "belongs to another slot already: teach this one again.")
      }
      guard let name, let presence else { continue }
      slots.append(SlotSettings(name: name, path: path, presence: presence, model: model))
    }
    return slots
  }

  private static func modelRemedy(_ models: [String]) -> String {
    models.isEmpty
      ? "names no model: list it under `models`." : "write one of: \(models.joined(separator: ", "))."
  }
}
