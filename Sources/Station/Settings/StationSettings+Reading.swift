import Foundation

extension StationSettings {
  /// Reads every part even when an earlier one was wrong; nil when anything that is needed is missing.
  init?(_ root: SettingsSection, origin: SettingsOrigin) {
    let station = root.required("station", remedy: "write a name for this station, such as line-1.") {
      SettingsWord.matching($0, #/[A-Za-z0-9._\-]{1,32}/#)
    }
    let ledger = root.required("ledger", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    let namespace = root.required(
      "hub-namespace",
      remedy: "write the vendor's UUID, for example the output of `uuidgen`; never change it later."
    ) { text in text.utf8.count == 36 ? UUID(uuidString: text) : nil }

    let profiles = ProfileSettings.read(root)
    let layouts = IdentityLayout.read(root)
    let models = HubModel.read(root, profiles: profiles, layouts: layouts)
    let slots = SlotSettings.read(root, models: HubModel.ids(root))
    let issuer = IssuerSettings.read(root)
    let trusted = Self.authorities(root)
    let roots = TrustRoots.read(root)
    let cloud = CloudSettings.read(root)
    let record = RecordPlace.read(root)
    let backup = BackupSettings.read(root)
    let shifts = ShiftPlan.read(root)
    let seal = SealSettings.read(root)
    let exports = ExportProfile.read(root)
    let log = LogSettings.read(root)
    if let cloud { Self.checkEndpoints(root, models: models, cloud: cloud) }
    Self.checkSlots(root, slots, models)
    if let ledger, log.file == ledger {
      root.findings.add(
        line: root.line(of: "log"), key: "log.file", value: ledger,
        remedy: "is the ledger: name another file.")
    }

    guard let station, let ledger, let namespace, let issuer, let roots, let cloud else { return nil }
    self.init(
      station: station, ledger: ledger, hubNamespace: namespace, slots: slots, models: models,
      profiles: profiles, issuer: issuer,
      trustedAuthorities: trusted, trustRoots: roots, cloud: cloud, record: record, backup: backup,
      shifts: shifts, seal: seal, exports: exports, log: log,
      origin: origin)
  }

  private static func authorities(_ root: SettingsSection) -> [String] {
    guard root.has("trusted-authorities") else { return [] }
    return root.texts("trusted-authorities").enumerated().compactMap { index, item in
      if let path = SettingsWord.absolutePath(item.text) { return path }
      root.findings.add(
        line: item.line, key: "trusted-authorities[\(index + 1)]", value: item.text,
        remedy: SettingsWord.absolutePathRemedy)
      return nil
    }
  }

  /// Before a hub has said what it is, its line is opened and spoken to as its model's profile says.
  private static func checkSlots(_ root: SettingsSection, _ slots: [SlotSettings], _ models: [HubModel]) {
    guard Set(models.map { "\($0.profile) \($0.baud)" }).count > 1 else { return }
    for slot in slots where slot.model == nil {
      root.findings.add(
        line: root.line(of: "slots"), key: "slots.model", value: slot.name.text,
        remedy: "names no model, and the models differ in profile or baud: give the slot `model`.")
    }
  }

  /// A template that needs a value which only the settings can give must find it there; the data endpoint can be asked
  /// for and is not demanded.
  private static func checkEndpoints(_ root: SettingsSection, models: [HubModel], cloud: CloudSettings) {
    guard cloud.aws.roleAlias == nil else { return }
    for model in models {
      let needs = model.layout.files.contains { file in
        if case .template(let text) = file.content { text.contains("{{roleAlias}}") } else { false }
      }
      if needs {
        root.findings.add(
          line: root.line(of: "cloud"), key: "cloud.aws.role-alias", value: nil,
          remedy: "is missing: layout \(model.layout.name) of model \(model.id) needs it.")
        return
      }
    }
  }
}
