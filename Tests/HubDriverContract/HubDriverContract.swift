public import SerialFlasher

/// What the station relies on in every hub driver, whatever language the hub speaks. Each rule is held against a fresh hub.
public enum HubDriverContract {
  public static let rules: [ContractRule] = identification + delivery + ownKey + networks

  static let identification: [ContractRule] = [
    ContractRule("a hub without an identity says who it is and holds no certificate") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      let facts = try await driver.identify()
      try demand(facts == hub.facts, "\(facts) instead of \(hub.facts)")
    },
    ContractRule("a hub without an identity cannot prove one") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await demand(HubError.noIdentity) { _ = try await driver.prove([1, 2, 3]) }
    },
    ContractRule("a conversation can begin twice") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.begin()
      let facts = try await driver.identify()
      try demand(facts == hub.facts, "\(facts)")
      try await driver.finish()
    },
    ContractRule("a check answers, fails or is not there") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      let answer = try await driver.check("echo")
      try demand(answer == "all well", answer)
      do {
        let other = try await driver.check("broken")
        throw ContractViolation("the broken check said \(other)")
      } catch let error as HubError {
        guard case .commandFailed(name: "broken", _, _) = error else { throw error }
      }
      do {
        _ = try await driver.check("nothing")
        throw ContractViolation("a check that is not there has answered")
      } catch let error as HubError {
        guard case .unsupported = error else { throw error }
      }
    },
  ]

  static let delivery: [ContractRule] = [
    ContractRule("what is staged is not live before it is activated, and then all of it") { hub in
      let identity = try ContractIdentity()
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.discardStaged(includingKey: true)
      try await driver.stage(identity.files) { _, _ in }
      try demand(try await hub.live("private.key") == nil, "the key is live before activation")
      try demand(try await driver.identify().certificatePEM == nil, "a certificate before activation")
      try await driver.activateStaged()
      try demand(try await hub.live("private.key") == identity.key, "the key differs")
      try demand(try await hub.live("certificate.pem") == identity.certificate, "the certificate differs")
      let held = try await driver.identify().certificatePEM
      try demand(held == String(decoding: identity.certificate, as: UTF8.self), "held: \(held ?? "none")")
      let message: [UInt8] = Array("station-possession-v1".utf8) + [0, 10, 13, 255, 0, 3, 4]
      let signature = try await driver.prove(message)
      try demand(
        try ContractIdentity.verify(signature, message, certificate: identity.certificate),
        "the proof is wrong")
      try await driver.finish()
    },
    ContractRule("digests are those of the live files, and none of a file that is not there") { hub in
      let identity = try ContractIdentity()
      let driver = try await hub.converse()
      try await driver.begin()
      try demand(try await driver.digests(of: ["private.key"]).isEmpty, "digests of nothing")
      try await driver.stage([HubFile(path: "a/b/abc", mode: 0o644, content: .plain(Array("abc".utf8)))]) {
        _, _ in
      }
      try await driver.stage(identity.files) { _, _ in }
      try await driver.activateStaged()
      let digests = try await driver.digests(of: [
        "a/b/abc", "certificate.pem", "absent", "private.key", "a/b",
      ])
      try demand(digests.keys.sorted() == ["a/b/abc", "certificate.pem", "private.key"], "\(digests.keys)")
      try demand(
        digests["a/b/abc"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "\(digests)"
      )
    },
    ContractRule("a second identity replaces the first as a whole") { hub in
      let (old, new) = (try ContractIdentity(), try ContractIdentity())
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.stage(old.files + [HubFile(path: "extra", mode: 0o644, content: .plain([1]))]) {
        _, _ in
      }
      try await driver.activateStaged()
      try await driver.stage(new.files) { _, _ in }
      try demand(try await hub.live("private.key") == old.key, "the live key has changed while staging")
      try await driver.activateStaged()
      try demand(try await hub.live("private.key") == new.key, "the old key is live")
      try demand(try await hub.live("extra") == nil, "a file of the old identity is live")
      try await driver.finish()
    },
    ContractRule("activation twice is activation once, and of nothing it is refused") { hub in
      let identity = try ContractIdentity()
      let driver = try await hub.converse()
      try await driver.begin()
      var refused = false
      do { try await driver.activateStaged() } catch is HubError { refused = true }
      try demand(refused, "nothing was made live")
      try await driver.stage(identity.files) { _, _ in }
      try await driver.activateStaged()
      try await driver.activateStaged()
      try demand(try await hub.live("certificate.pem") == identity.certificate, "the certificate differs")
    },
    ContractRule("a large file of all bytes arrives as it was, and its progress never goes back") { hub in
      let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
      let driver = try await hub.converse()
      try await driver.begin()
      let seen = ProgressRecord()
      try await driver.stage([
        HubFile(path: "empty", mode: 0o644, content: .plain([])),
        HubFile(path: "config/large.bin", mode: 0o600, content: .plain(bytes)),
      ]) { seen.add($0, of: $1) }
      try await driver.activateStaged()
      try demand(try await hub.live("config/large.bin") == bytes, "the large file differs")
      try demand(try await hub.live("empty") == [], "the empty file differs")
      try demand(seen.isSteady(upTo: bytes.count), "progress: \(seen)")
    },
    ContractRule("a conversation that ends while staging leaves nothing that a new one cannot remove") {
      hub in
      let identity = try ContractIdentity()
      let first = try await hub.converse()
      try await first.begin()
      try await first.stage(identity.files) { _, _ in }
      let second = try await hub.converse()
      try await second.begin()
      try await second.discardStaged(includingKey: true)
      try await second.discardStaged(includingKey: true)
      var refused = false
      do { try await second.activateStaged() } catch is HubError { refused = true }
      try demand(refused, "what was discarded was made live")
    },
    ContractRule("a path that leads out of the folder, a mode that opens it and a strange owner are refused")
    { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      for (path, mode, owner) in [
        ("../out", 0o600, nil), ("/etc/passwd", 0o600, nil), ("a//b", 0o600, nil), ("", 0o600, nil),
        ("a b", 0o600, nil), ("$(id)", 0o600, nil), ("a\nb", 0o600, nil), ("-rf", 0o600, nil),
        ("key", 0o666, nil),
        ("key", 0o755, nil), ("key", 0o600, "root;id"), (String(repeating: "a", count: 201), 0o600, nil),
      ] as [(String, UInt16, String?)] {
        do {
          try await driver.stage([HubFile(path: path, mode: mode, owner: owner, content: .plain([1]))]) {
            _, _ in
          }
          throw ContractViolation("\(path) \(mode) \(owner ?? "") was taken")
        } catch let error as HubError {
          guard case .unsupported = error else { throw error }
        }
      }
      do {
        _ = try await driver.digests(of: ["../../etc/passwd"])
        throw ContractViolation("a digest out of the folder")
      } catch let error as HubError {
        guard case .unsupported = error else { throw error }
      }
    },
  ]

  static let ownKey: [ContractRule] = [
    ContractRule("a hub's own key stays the same over conversations, and the live key is not touched") {
      hub in
      let live = try ContractIdentity()
      let first = try await hub.converse()
      try await first.begin()
      try await first.stage(live.files) { _, _ in }
      try await first.activateStaged()
      let request = try await first.stagedKeyRequest(commonName: "hub-1", serialNumber: "SPK:1-2.3")
      let subject = try ContractIdentity.subject(request)
      try demand(subject.contains("CN=hub-1") && subject.contains("serialNumber=SPK:1-2.3"), subject)
      let second = try await hub.converse()
      try await second.begin()
      try await second.discardStaged(includingKey: false)
      let again = try await second.stagedKeyRequest(commonName: "hub-1", serialNumber: "SPK:1-2.3")
      let (certificate, publicKey) = try ContractIdentity.issue(again)
      try demand(try ContractIdentity.issue(request).publicKey == publicKey, "another key")
      try demand(try await hub.live("private.key") == live.key, "the live key was touched")
      try await second.stage([HubFile(path: "certificate.pem", mode: 0o644, content: .plain(certificate))]) {
        _, _ in
      }
      try await second.activateStaged()
      let signature = try await second.prove([0, 1, 2])
      try demand(
        try ContractIdentity.verify(signature, [0, 1, 2], publicKey: publicKey), "another key is live")
      try demand(try await hub.live("certificate.pem") == certificate, "the certificate differs")
    },
    ContractRule("a staged key is removed only when asked for") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      let request = try await driver.stagedKeyRequest(commonName: "hub-1", serialNumber: "1")
      try await driver.stage([HubFile(path: "left/over", mode: 0o644, content: .plain([1]))]) { _, _ in }
      try await driver.discardStaged(includingKey: false)
      let same = try await driver.stagedKeyRequest(commonName: "hub-1", serialNumber: "1")
      try await driver.discardStaged(includingKey: true)
      let other = try await driver.stagedKeyRequest(commonName: "hub-1", serialNumber: "1")
      let keys = try [request, same, other].map { try ContractIdentity.issue($0).publicKey }
      try demand(keys[0] == keys[1], "the key was lost")
      try demand(keys[0] != keys[2], "the key was kept")
      try await driver.activateStaged()
      try demand(try await hub.live("left/over") == nil, "what was left over is live")
      try demand(try await hub.live("private.key") != nil, "the hub's key is not live")
    },
    ContractRule("a name that is no name gets no request") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      for name in ["", "a b", "a/b", "a'b", "a\nb", "ä", String(repeating: "a", count: 65)] {
        do {
          _ = try await driver.stagedKeyRequest(commonName: name, serialNumber: "1")
          throw ContractViolation("\(name) was taken")
        } catch let error as HubError {
          guard case .unsupported = error else { throw error }
        }
      }
    },
  ]
  static let networks: [ContractRule] = [
    ContractRule(
      "a network arrives as it was said, a second one replaces it, and the same again changes nothing"
    ) {
      hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try demand(try await hub.network() == nil, "a network that nobody told")
      for (ssid, passphrase) in [
        ("Show Room", "correct horse battery"), ("Show Room", "correct horse battery"),
        (" $(id) `id` \"'\\n%s", #"  it's "$HOME" \n %d ;&|<>*?~#!  "#),
        ("Büro", String(repeating: "f", count: 64)),
        (String(repeating: "s", count: 32), "12345678"),
      ] {
        try await driver.setNetwork(network(ssid, passphrase))
        let told = try await hub.network() ?? []
        try demand(told == Array("\(ssid)\n\(passphrase)\n".utf8), String(decoding: told, as: UTF8.self))
      }
      try demand(try await driver.identify() == hub.facts, "the conversation does not go on")
      try await driver.finish()
    },
    ContractRule("a network that is none is refused and changes nothing") { hub in
      let driver = try await hub.converse()
      try await driver.begin()
      try await driver.setNetwork(network("first", "first network"))
      for (ssid, passphrase) in [
        ("", "long enough"), (String(repeating: "s", count: 33), "long enough"), ("a\nb", "long enough"),
        ("ok", "short"), ("ok", String(repeating: "p", count: 65)), ("ok", "pass\nphrase"),
        ("ok", "pässwörter"),
      ] {
        do {
          try await driver.setNetwork(network(ssid, passphrase))
          throw ContractViolation("\(ssid) \(passphrase) was taken")
        } catch let error as HubError {
          guard case .unsupported(let what) = error else { throw error }
          try demand(!what.contains(passphrase), "the refusal repeats the passphrase: \(what)")
        }
      }
      try demand(try await hub.network() == Array("first\nfirst network\n".utf8), "the network has changed")
    },
  ]

  public static func network(_ ssid: String, _ passphrase: String) -> HubNetwork {
    HubNetwork(
      ssid: ssid, passphrase: Array(passphrase.utf8).withUnsafeBytes { SecretBytes(copying: $0) })
  }
}
