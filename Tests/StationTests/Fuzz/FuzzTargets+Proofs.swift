import CertForge
import Foundation

@testable import Station

/// What is brought along to be checked: seals, proofs, exports.
extension FuzzTargets {
  static func proofs(_ material: FuzzMaterial) throws -> [FuzzTarget] {
    let seal = material.seal
    return [
      notes(seal), verifierKeys(seal), try sealRows(material), try unitProofs(material),
      try lines(), try manifests(material), try exportProofs(material),
    ]
  }

  private static func notes(_ seal: FuzzSeal) -> FuzzTarget {
    let extended = seal.note.text + "extension\n"
    let key = seal.key
    return FuzzTarget(
      name: "signed notes",
      samples: [seal.note, try? key.sign(extended)].compactMap { $0 }.map { Array($0.description.utf8) },
      words: ["\n\n", "\u{2014} ", "\n\u{2014} test ", "9223372036854775807", "AAAA"]
    ) { input in
      let text = FuzzTarget.text(input)
      if let stated = Checkpoint(text: text) {
        try FuzzTarget.require(stated.size >= 0 && stated.root.count == 32, "\(stated)")
        try FuzzTarget.require(Checkpoint(text: stated.text) == stated, "another checkpoint")
      }
      guard let note = SignedNote(text) else { return }
      try FuzzTarget.require(SignedNote(note.description) == note, "another note")
      if let stated = Checkpoint(text: note.text) {
        try FuzzTarget.require(Checkpoint(text: stated.text) == stated, "another checkpoint")
      }
      guard note.isSigned(by: key.verifier) else { return }
      try FuzzTarget.require([seal.note.text, extended].contains(note.text), "a note that nobody signed")
    }
  }

  private static func verifierKeys(_ seal: FuzzSeal) -> FuzzTarget {
    let key = seal.key.verifier
    return FuzzTarget(
      name: "verifier keys", samples: [Array("\(key.description)\n".utf8)], words: ["+", "++", "=", "AQ"]
    ) { input in
      guard let read = VerifierKey(FuzzTarget.text(input)) else { return }
      try FuzzTarget.require(VerifierKey(read.description) == read, "another key")
      try FuzzTarget.requirePrintable(read.description, limit: 300)
      // Its identifier is a digest over the rest: nobody changes one in passing.
      try FuzzTarget.require(read == key, "another key is taken")
    }
  }

  private static func sealRows(_ material: FuzzMaterial) throws -> FuzzTarget {
    let seal = material.seal.body
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return FuzzTarget(
      name: "seal rows", samples: [[UInt8](try encoder.encode(seal))],
      words: ["\"frontier\":[]", "\\n9223372036854775807\\n", "\\n0\\n", "\\n-1\\n"], inputs: 150
    ) { input in
      for trusted in [[], [material.seal.key.verifier]] {
        var verification = SealVerification(trusted: trusted, against: [material.seal.checkpoint])
        for row in material.journal {
          verification.take(row.sequence, hash: row.hash, kind: Data(row.kind.utf8)) { row.body }
        }
        let next = material.seal.checkpoint.size + 1
        verification.take(
          next, hash: Data(repeating: 7, count: 32), kind: Data("ledger.sealed".utf8)
        ) { Data(input) }
        verification.finish()
        if let found = verification.firstBreak {
          try FuzzTarget.require(found.first <= found.last && found.last <= next, "\(found)")
          try FuzzTarget.requirePrintable(found.words, limit: 200)
        } else {
          try FuzzTarget.require(
            verification.newest?.text == material.seal.note.text, "a seal that nobody made")
        }
      }
      // Also where nothing is known of the rows before it.
      let read = try JSONDecoder().decode(LedgerSeal.self, from: Data(input))
      for sequence in [Int64.min + 1, 0, 1, material.seal.checkpoint.size + 1, .max] {
        _ = read.tree(before: sequence)
      }
    }
  }

  private static func unitProofs(_ material: FuzzMaterial) throws -> FuzzTarget {
    let seal = material.seal
    let proof = UnitProof(
      serial: "SPK00000001", hub: material.hub, checkpoint: seal.note.description,
      key: seal.key.verifier.description, unsealedRows: 0,
      rows: material.rows.map { .init(row: RecordLine($0), path: seal.path(of: $0)) })
    let good = Set(material.rows)
    return FuzzTarget(
      name: "unit proofs", samples: [[UInt8](try JSONEncoder().encode(proof))],
      words: ["\"seq\":9223372036854775807", "\"seq\":-9223372036854775808", "\"path\":[]", "\"rows\":[]"],
      inputs: 60
    ) { input in
      let read = try JSONDecoder().decode(UnitProof.self, from: Data(input))
      for trusted in [[], [seal.key.verifier]] {
        guard let problem = read.problem(trusted: trusted) else {
          try FuzzTarget.require(
            read.serial == proof.serial && read.rows.allSatisfy { $0.row.row.map(good.contains) == true },
            "a row that nobody wrote is proved")
          continue
        }
        try FuzzTarget.requirePrintable(problem, limit: 200)
        try FuzzTarget.require(read != proof, problem)
      }
    }
  }

  private static func lines() throws -> FuzzTarget {
    let folder = try FuzzFolder()
    return FuzzTarget(
      name: "lines of a file",
      samples: ["a\nbc\n\nd", "\n", String(repeating: "x", count: 70) + "\n"].map { Array($0.utf8) },
      words: ["\n", "\n\n", String(repeating: "y", count: 63)], inputs: 100
    ) { input in
      let longest = 64
      let file = try folder.write(input, to: "lines")
      guard let handle = FileHandle(forReadingAtPath: file) else { return }
      defer { try? handle.close() }
      var (reader, read, expected) = (LineReader(handle, longest: longest), [Data](), [Data]())
      while let line = reader.next() { read.append(line) }
      try FuzzTarget.require(reader.next() == nil, "a line behind the end")
      var pieces = input.split(separator: 10, omittingEmptySubsequences: false)
      if pieces.last?.isEmpty == true { pieces.removeLast() }
      for piece in pieces {
        if piece.count > longest { break }
        expected.append(Data(piece))
      }
      try FuzzTarget.require(read == expected, "\(read.count) lines, not \(expected.count)")
    }
  }
}
