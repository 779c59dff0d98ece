import Foundation
import Synchronization

@testable import CertForge
@testable import Station

/// Files and names of files that lie beside a ledger, on a stick, or at another place.
extension FuzzTargets {
  static func files(_ material: FuzzMaterial) throws -> [FuzzTarget] {
    try names + [recordFolders(material), holdings] + secrets()
  }

  private static var names: [FuzzTarget] {
    let segments = [(1, 500), (501, 700), (900, 1000)].map {
      RecordSegmentName(station: "line-1", first: $0.0, last: $0.1).description
    }
    let backup = "line-1-20261121T064503Z-0000001234"
    return [
      FuzzTarget(
        name: "backup names",
        samples: ["\(backup).auto.sqlite", "\(backup).migration.sqlite", "%2Ex-\(backup).manual.sqlite"].map {
          Array($0.utf8)
        }, words: [".sqlite", ".auto", "\u{212A}", "%2F", "99999999999999999999"]
      ) { input in
        let file = FuzzTarget.text(input)
        guard let read = BackupName(file: file) else { return }
        try FuzzTarget.require(read.description.utf8.elementsEqual(file.utf8), "not its own name: \(read)")
        try FuzzTarget.require(read.row >= 0 && !file.contains("/") && !file.hasPrefix("."), file)
      },
      FuzzTarget(
        name: "record positions", samples: [Array(segments.joined(separator: "\n").utf8)],
        words: ["-0000000001-9223372036854775807.jsonl", "\nline-1-", "9223372036854775807", ".jsonl\n"],
        inputs: 600
      ) { input in
        let names = FuzzTarget.text(input).split(separator: "\n").compactMap {
          RecordSegmentName(file: String($0))
        }
        let position = RecordPosition(identity: "i", holding: names)
        try FuzzTarget.require(position.last >= 0, "\(position)")
        try FuzzTarget.require(position.gapEnd.map { $0 > position.last } ?? true, "no gap: \(position)")
        try FuzzTarget.require(
          position.last == 0 || names.contains { $0.last == position.last }, "\(position)")
        let text = String(decoding: try JSONEncoder().encode(position), as: UTF8.self)
        try FuzzTarget.require(RecordPosition(remembered: text) == position, "forgotten: \(text)")
      },
      FuzzTarget(
        name: "remembered positions",
        samples: [#"{"identity":"i","last":500,"pending":700}"#, #"{"last":0,"gapEnd":4}"#].map {
          Array($0.utf8)
        },
        words: ["-9223372036854775808", "\"pending\":", "\"gapEnd\":"]
      ) { input in
        guard let position = RecordPosition(remembered: FuzzTarget.text(input)) else { return }
        for end in [position.pending, position.gapEnd].compactMap({ $0 }) {
          try FuzzTarget.require(position.last >= 0 && end - position.last > 0, "\(position)")
        }
      },
      FuzzTarget(
        name: "marks of an exchange",
        samples: ["ledger.sqlite.replaced-20261121T064503Z\n"].map { Array($0.utf8) },
        words: ["..", "ledger.sqlite", "-wal", ".restored", ".exchange", "\u{0}"]
      ) { input in
        guard let kept = LedgerExchange.kept(FuzzTarget.text(input), besides: "ledger.sqlite") else { return }
        let path = URL(filePath: "/a/b").appending(path: kept).standardizedFileURL.path(percentEncoded: false)
        try FuzzTarget.require(path.hasPrefix("/a/b/") && kept != "ledger.sqlite", path)
        try FuzzTarget.require(!kept.utf8.contains(0) && kept.utf8.count < 256, kept)
      },
    ]
  }

  /// The second copy of a record, as a restore, a merge and the shipper see it.
  private static func recordFolders(_ material: FuzzMaterial) throws -> FuzzTarget {
    let folder = try FuzzFolder()
    let lines = try material.journal.prefix(20).map { try RecordLine($0).bytes() }
    let segment = RecordSegmentName(station: "test", first: 1, last: 20).description
    let good = Set(material.journal)
    return FuzzTarget(
      name: "record folders", samples: [[UInt8](lines.reduce(Data(), +))],
      words: ["\n", "\"seq\":9223372036854775807", "\"seq\":-1"], inputs: 40
    ) { input in
      try folder.write(input, to: segment)
      let rows = try RecordRows(folder.path)
      for sequence in [Int64.min, 0, 1, 7, 20, 21, .max] {
        for row in rows.rows(sequence) {
          try FuzzTarget.require(row.sequence == sequence, "row \(row.sequence)")
          try FuzzTarget.require(JournalHash.of(row) != row.hash || good.contains(row), "a row of nobody's")
        }
      }
      guard let source = try MergeSource.open(folder.path, trusted: []).first else { return }
      try FuzzTarget.require(source.rows <= 20, "\(source.rows) rows")
    }
  }

  private static var holdings: FuzzTarget {
    let server = FuzzServer()
    return FuzzTarget(
      name: "record holdings", samples: [Array("200\n\n{\"last\":500}".utf8), Array("404\n\n".utf8)],
      words: ["-1", "405\n", "\"last\":"], inputs: 200
    ) { input in
      let answer = answer(input)
      server.answer { _ in answer }
      let sink = try HTTPSSink("https://record.example", exchange: server)
      try FuzzPlay.run {
        let position = try await sink.open(station: "line-1", known: RecordPosition(last: 3))
        try FuzzTarget.require(position.last >= 0, "\(position)")
      }
    }
  }

  private static func secrets() throws -> [FuzzTarget] {
    let folder = try FuzzFolder()
    let clock = ManualClock()
    let key = try PrivateKey.generate()
    let (pem, point) = (try key.withPEM { Array($0) }, key.publicKey)
    let sealing = "\(folder.path)/seal-sample"
    try Ed25519Key.generate().write(to: sealing)
    let sealingKey = [UInt8](try Data(contentsOf: URL(filePath: sealing)))
    return [
      FuzzTarget(
        name: "private keys", samples: [pem], words: ["-----BEGIN EC PRIVATE KEY-----\n"], inputs: 150
      ) { input in
        try input.withUnsafeBytes { bytes in
          let read = try PrivateKey(pem: bytes)
          try FuzzTarget.require(read.publicKey.isP256, "another kind of key")
          let signature = try read.sign([1, 2, 3])
          // Not every point that is stored beside a number belongs to it.
          if input == pem {
            try FuzzTarget.require(point.verify(signature: signature, of: [1, 2, 3]), "another key")
          }
          let again = try read.withPEM { try PrivateKey(pem: $0).publicKey }
          try FuzzTarget.require(again == read.publicKey, "its own PEM is another")
        }
      },
      FuzzTarget(name: "sealing keys", samples: [sealingKey], inputs: 100) { input in
        let read = try Ed25519Key(file: try folder.write(input, to: "seal-key"))
        let signature = try read.sign([1, 2, 3])
        try FuzzTarget.require(read.publicKey.verify(signature: signature, of: [1, 2, 3]), "not its own")
      },
      FuzzTarget(
        name: "passphrase files", samples: ["correct horse\r\n", "x"].map { Array($0.utf8) },
        words: ["\r\n", "\n\n", "\r"], inputs: 120
      ) { input in
        let read = try Passphrase(file: try folder.write(input, to: "passphrase"))
        try FuzzTarget.require((1...Passphrase.longest).contains(read.count), "\(read.count) bytes")
        try FuzzTarget.require(read.withBytes { input.starts(with: $0) }, "another passphrase")
        try FuzzTarget.require(!"\(read)".contains("horse"), "a description tells it")
      },
      FuzzTarget(
        name: "secret files", samples: ["s3cret-s3cret\n", " a \nb"].map { Array($0.utf8) },
        words: ["\u{2028}", "\u{85}", "\r"], inputs: 120
      ) { input in
        let path = try folder.write(input, to: "secret")
        for mayHoldBlanks in [false, true] {
          let reader = SecretReader(.file(path), label: "api-key", mayHoldBlanks: mayHoldBlanks, clock: clock)
          try FuzzPlay.run(clock) {
            do throws(Fault) {
              let secret = try await reader.secret()
              if secret.utf8.count > 4096 || !secret.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                throw Fault(.impostor)
              }
            } catch {
              try FuzzTarget.require(!"\(error)".contains("s3cret"), "the fault tells the secret")
              try FuzzTarget.require(error.code == .credentialsMissing, "\(error)")
              throw error
            }
          }
        }
      },
    ]
  }
}
