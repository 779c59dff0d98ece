import CertForge
import Foundation

@testable import Station

/// Certificates, requests, keys and signatures: all of them come from hubs and files.
extension FuzzTargets {
  static func certificates(_ material: FuzzMaterial) -> [FuzzTarget] {
    let (certificate, authority, request) = (material.certificate, material.authority, material.request)
    let words = ["-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN X-----\n"]
    return [
      FuzzTarget(name: "certificates", samples: [certificate.der, authority.der]) { input in
        let read = try forgeErrors { () throws(CertForgeError) in try Certificate(der: input) }
        try examine(read, authority)
        try FuzzTarget.require(try Certificate(pem: read.pem) == read, "its own PEM is another")
      },
      FuzzTarget(
        name: "PEM",
        samples: [certificate.pem, authority.pem + certificate.pem, request.pem].map { Array($0.utf8) },
        words: words
      ) { input in
        let text = FuzzTarget.text(input)
        for certificate in (try? Certificate.bundle(pem: text)) ?? [] { try examine(certificate, authority) }
        let blocks = try forgeErrors { () throws(CertForgeError) in try PEM.blocks(in: text, limit: 1 << 16) }
        for block in blocks {
          let again = try PEM.blocks(in: PEM.encode(block.bytes, label: block.label), limit: 1 << 17)
          try FuzzTarget.require(again == [block], "a block that does not come back")
        }
      },
      FuzzTarget(name: "requests", samples: [request.der]) { input in
        let read = try forgeErrors { () throws(CertForgeError) in try SigningRequest(der: input) }
        try FuzzTarget.require(read.publicKey.isP256, "a request for another kind of key")
        try FuzzTarget.require(try SigningRequest(pem: read.pem) == read, "its own PEM is another")
        // A request signs itself: nobody changes one without the key.
        try FuzzTarget.require(read.der == request.der, "a changed request is taken")
      },
      FuzzTarget(name: "signatures and keys", samples: [certificate.publicKey.spki]) { input in
        try FuzzTarget.require(
          !certificate.publicKey.verify(signature: input, of: [1, 2, 3]), "a made-up signature is believed")
        let key = try forgeErrors { () throws(CertForgeError) in try PublicKey(spki: input) }
        _ = key.verify(signature: input, of: input)
        if let bytes = try? Hexadecimal.decode(FuzzTarget.text(input)) {
          try FuzzTarget.require(try Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes, "hex")
        }
      },
    ]
  }

  private static func examine(_ read: Certificate, _ authority: Certificate) throws {
    try FuzzTarget.require(read.fingerprint == Digest.sha256Hex(read.der), "another fingerprint")
    _ = Timestamp(read.notBefore).description + Timestamp(read.notAfter).description
    if read.isIssued(by: authority) {
      // What an authority has signed is whole.
      try FuzzTarget.require(try Certificate(der: read.der) == read, "not itself")
    }
  }

  /// The library's own errors are bounded too: they reach a ledger.
  private static func forgeErrors<Value>(_ body: () throws(CertForgeError) -> Value) throws -> Value {
    do throws(CertForgeError) { return try body() } catch {
      try FuzzTarget.require(
        error.description.utf8.count < 4096, "an error of \(error.description.utf8.count) bytes")
      throw error
    }
  }
}
