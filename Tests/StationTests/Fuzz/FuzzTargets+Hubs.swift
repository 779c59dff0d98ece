import CertForge
import Foundation

@testable import SerialFlasher
@testable import Station

/// The whole console driver with a hub whose answers are the input.
extension FuzzTargets {
  static func hubs(_ material: FuzzMaterial) throws -> FuzzTarget {
    let content = (0..<1500).map { UInt8(truncatingIfNeeded: $0) }
    let digest = SHA256Digest.hex(of: content)
    let (certificate, request) = (material.certificate.pem, material.request.pem)
    let framed = Data("on 0".utf8).base64EncodedString()
    let samples = [
      "identify\n0 SPK00000001\n--\n0 HUB-2\n--\n0 02-00-5E-10-00-FF\n--\n0 90799d3e-b623-5a59-b2aa-e7df099f5daa\n--\n0 1.2.3\n--\n0 \(certificate)",
      "prove\n0 0\u{6}\u{b}\u{a}\u{a}\u{b}\u{a}\u{a}", "check\n0 on \n", "digests\n0 \(digest)\n-\n",
      "stage\n0 \n--\n0 \n--\n0 \n--\n0 \n--\n0 \n--\n0 \n--\n0 \(digest)\n",
      "stage\n0 \n--\n!\nO{a}{b}\n\n--\n!\nA{a}{b} 12\n\n--\n!\nA{a}{b} 24\n\n--\n!\nD{b}{a} 0\n\n--\n0 \n--\n0 \(digest)\n",
      "check\n!\nB{a}{b}\n\(framed)\nE{b}{a} \(SHA256Digest.hex(of: Array(framed.utf8)))\n",
      "network\n0 \n--\n0 \n--\n0 ",
      "key\n0 \n--\n0 \n--\n0 \(request)", "activate\n0 ",
    ]
    return FuzzTarget(
      name: "console driver", samples: samples.map { Array($0.utf8) },
      words: [
        "\n--\n", "\n--\n!", "A{a}{b} 9223372036854775807\n", "A{a}{b} -1\n", "D{b}{a} 0\n", "D{b}{a} 97\n",
        "O{a}{b}\n", "E{b}{a} ", "B{a}{b}\n", "?wAAAA0001\n", "96 ", "9223372036854775807 ", "invalid input",
      ],
      inputs: 240
    ) { input in
      let (word, rest) = headed(input)
      let hub = FuzzHub()
      var profile = ConsoleProfile.linuxShell(root: "/r")
      profile.hubId = "cat /hub-id"
      profile.checks = ["led": "led"]
      profile.setWifiCredentials = "cat"
      let driver = ConsoleDriver(line: hub, profile: profile, now: hub.now, randomWord: hub.randomWord)
      try FuzzPlay.run {
        do throws(HubError) { try await driver.begin() } catch {
          throw FuzzTarget.Violation(description: "the hub is not well: \(error)")
        }
        hub.say(rest)
        do throws(HubError) {
          switch word {
          case "identify": try check(try await driver.identify())
          case "prove":
            let proof = try await driver.prove([1, 2, 3])
            if proof.first != 0x30 || proof.count > 512 { throw wrong("a proof of \(proof.count) bytes") }
          case "check":
            let said = try await driver.check("led")
            if said.utf8.count > 3 * 4096 { throw wrong("an answer of \(said.utf8.count) bytes") }
          case "digests":
            let found = try await driver.digests(of: ["a", "b"])
            if !found.allSatisfy({ ["a", "b"].contains($0.key) && $0.value.utf8.count == 64 }) {
              throw wrong("\(found)")
            }
          case "stage":
            let file = HubFile(path: "a", mode: 0o600, content: .plain(content))
            try await driver.stage([file]) { sent, total in precondition(sent <= total) }
          case "network":
            let passphrase = Array("passphrase".utf8).withUnsafeBytes { SecretBytes(copying: $0) }
            try await driver.setNetwork(HubNetwork(ssid: "shop", passphrase: passphrase))
          case "key":
            let said = try await driver.stagedKeyRequest(commonName: "a", serialNumber: "SPK00000001")
            if said.utf8.count > 3 * 8 << 10 { throw wrong("a request of \(said.utf8.count) bytes") }
          case "activate": try await driver.activateStaged()
          default: return
          }
        } catch {
          if case .unsupported(let what) = error, what.hasPrefix("wrong: ") {
            throw FuzzTarget.Violation(description: what)
          }
          try FuzzTarget.require(Fault(error))
          throw error
        }
        try FuzzTarget.require(hub.said < 1 << 20, "\(hub.said) bytes were said to it")
      }
    }
  }

  private static func wrong(_ what: String) -> HubError { .unsupported("wrong: \(what)") }

  private static func check(_ facts: HubFacts) throws(HubError) {
    for word in [facts.serial, facts.model, facts.mac, facts.hubID, facts.firmwareVersion].compactMap({ $0 })
    {
      let isWord = (1...128).contains(word.utf8.count) && word.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      if !isWord { throw wrong(word) }
    }
    if let mac = facts.mac, MACAddress.normalise(mac) != mac { throw wrong(mac) }
    if let text = facts.certificatePEM, text.utf8.count > 3 * 32 << 10 { throw wrong("a long certificate") }
  }
}
