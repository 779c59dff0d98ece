import CertForge
import SerialFlasher

/// The conversation with a `SimulatedHub`: the same promises as every driver, and no line between.
final class InProcessHub: HubDriver {
  let hub: SimulatedHub
  let plug: Int
  private let clock: any StationClock
  /// How long each call takes.
  private let latency: Duration

  /// - Parameter plug: the plugging in that this conversation belongs to; it ends with it.
  init(hub: SimulatedHub, plug: Int, latency: Duration = .zero, clock: any StationClock = SystemClock()) {
    self.hub = hub
    self.plug = plug
    self.latency = latency
    self.clock = clock
  }

  func begin() async throws(HubError) { try await enter("begin") }

  func identify() async throws(HubError) -> HubFacts {
    try await enter("identify")
    return try hub.atPoint(of: plug) { state throws(HubError) in
      let nature = state.nature
      let certificate = state.storage.live?[nature.certificatePath].map {
        String(decoding: $0.bytes, as: UTF8.self)
      }
      return HubFacts(
        serial: state.faults.claimedSerial ?? nature.serial, model: nature.model, mac: nature.mac,
        hubID: nature.hubID, firmwareVersion: nature.firmware,
        certificatePEM: certificate.flatMap { $0.contains("-----END CERTIFICATE-----") ? $0 : nil })
    }
  }

  func stagedKeyRequest(
    commonName: String, serialNumber: String
  ) async throws(HubError) -> String {
    try await enter("stagedKeyRequest")
    for name in [commonName, serialNumber] where !Self.isAllowed(name: name) {
      throw .unsupported("the name \(name.prefix(64).filter(\.isASCII)) in a request")
    }
    let (canMakeKey, path) = hub.examine { ($0.nature.canMakeKey, $0.nature.keyPath) }
    guard canMakeKey else { throw .unsupported("a key made by the hub") }
    try write { state throws(HubError) in
      guard state.storage.staged?[path] == nil else { return nil }
      return .write(path: path, .init(bytes: try Self.newKey(), mode: 0o600))
    }
    try sync()
    return try hub.atPoint(of: plug) { state throws(HubError) in
      guard let key = state.storage.staged?[path] else { throw .noIdentity }
      return try Self.request(key.bytes, commonName, serialNumber)
    }
  }

  func discardStaged(includingKey: Bool) async throws(HubError) {
    try await enter("discardStaged")
    try write { state in .discard(keeping: includingKey ? nil : state.nature.keyPath) }
    try sync()
  }

  func stage(_ files: [HubFile], progress: @Sendable (Int, Int) -> Void) async throws(HubError) {
    try await enter("stage")
    for file in files { if let refusal = file.refusal { throw .unsupported(refusal) } }
    let total = files.reduce(0) { $0 + $1.content.count }
    var sent = 0
    for file in files {
      let content = file.content.withBytes { Array($0) }
      let needed = sent + content.count
      try write { state throws(HubError) in
        if state.faults.refusesStorage {
          throw .storageRefused(path: file.path, excerpt: "Read-only file system")
        }
        if let room = state.faults.room, needed > room { throw .storageFull(path: file.path) }
        let bytes = state.faults.corruptsFile == file.path ? content.reversed() : content
        return .write(path: file.path, .init(bytes: bytes, mode: file.mode, owner: file.owner))
      }
      sent = needed
      progress(sent, total)
    }
    try sync()
  }

  func activateStaged() async throws(HubError) {
    try await enter("activateStaged")
    try write { state throws(HubError) in
      if state.storage.staged != nil { return .activate }
      guard state.storage.live != nil else {
        throw .commandFailed(name: "activate", status: 1, excerpt: "nothing is staged")
      }
      return nil
    }
    try sync()
  }

  func digests(of paths: [String]) async throws(HubError) -> [String: String] {
    try await enter("digests")
    for path in paths where HubFile(path: path, mode: 0o600, content: .plain([])).refusal != nil {
      throw .unsupported("the path \(path.prefix(80).filter(\.isASCII))")
    }
    let live = try hub.atPoint(of: plug) { $0.storage.live ?? [:] }
    var digests: [String: String] = [:]
    for path in paths { digests[path] = live[path].map { Digest.sha256Hex($0.bytes) } }
    return digests
  }

  func prove(_ message: [UInt8]) async throws(HubError) -> [UInt8] {
    try await enter("prove")
    guard message.count <= 1024 else { throw .unsupported("a proof over \(message.count) bytes") }
    let key = try hub.atPoint(of: plug) { state throws(HubError) -> [UInt8] in
      guard let key = state.storage.live?[state.nature.keyPath] else { throw .noIdentity }
      return state.faults.provesWithAnotherKey ? try Self.newKey() : key.bytes
    }
    return try Self.sign(message, key)
  }

  func check(_ name: String) async throws(HubError) -> String {
    try await enter("check")
    switch try hub.atPoint(of: plug, { $0.nature.checks[name] }) {
    case .says(let text): return text
    case .fails(let status): throw .commandFailed(name: name, status: status, excerpt: "")
    case nil: throw .unsupported("the check \(name)")
    }
  }

  func setNetwork(_ network: HubNetwork) async throws(HubError) {
    try await enter("setNetwork")
    guard hub.examine({ $0.nature.takesNetworks }) else { throw .unsupported("set-wifi-credentials") }
    if let refusal = network.refusal { throw .unsupported(refusal) }
    let lines = Array(network.ssid.utf8) + [0x0A] + network.passphrase.withBytes { Array($0) } + [0x0A]
    try write { state throws(HubError) in
      if state.faults.refusesStorage {
        throw .commandFailed(name: "set-wifi-credentials", status: 1, excerpt: "")
      }
      return .setNetwork(lines)
    }
    try sync()
  }

  /// Syncs nothing, as a console does not: what was delivered has to be durable before.
  func finish() async throws(HubError) { try await enter("finish") }

  /// What every call begins with: it takes its time, it counts, and it may find the hub gone, silent or mad.
  private func enter(_ call: String) async throws(HubError) {
    let name = hub.name
    if latency > .zero {
      do throws(CancellationError) { try await clock.sleep(for: latency) } catch {
        throw .line(.closed(device: name))
      }
    } else if Task.isCancelled {
      throw .line(.closed(device: name))
    }
    try hub.atPoint(of: plug) { state throws(HubError) in
      state.calls.append(call)
      if state.faults.isSilent { throw .silent(waitingFor: call, heard: 0) }
      if state.faults.isGarbled { throw .garbled(waitingFor: call, excerpt: "<??&Z0~") }
    }
  }

  /// One change of the storage, with a point before it and one after it.
  private func write(
    _ change: @Sendable (SimulatedHub.State) throws(HubError) -> SimulatedStorage.Change?
  ) throws(HubError) {
    try hub.atPoint(of: plug) { state throws(HubError) in
      if let change = try change(state) { state.storage.perform(change) }
    }
    try hub.atPoint(of: plug) { _ in }
  }

  private func sync() throws(HubError) {
    try hub.atPoint(of: plug) { state in if !state.faults.ignoresSync { state.storage.sync() } }
    try hub.atPoint(of: plug) { _ in }
  }
}
