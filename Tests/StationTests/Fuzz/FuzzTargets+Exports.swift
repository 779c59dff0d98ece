import CertForge
import Foundation

@testable import Station

/// `export verify`: a folder from elsewhere.
extension FuzzTargets {
  /// A folder that is whole, its manifest, and its proofs.
  private static func export(_ material: FuzzMaterial) throws -> (FuzzFolder, ExportManifest, [UInt8]) {
    let (folder, seal) = (try FuzzFolder(), material.seal)
    let passed = try material.rows.filter { row in
      if case .done(.passed) = try row.entry() { true } else { false }
    }
    let proofs = try passed.flatMap { row in
      let proof = ExportProof(serial: "SPK00000001", row: RecordLine(row), path: seal.path(of: row))
      return [UInt8](try JSONEncoder().encode(proof)) + [10]
    }
    let contents = [
      (ExportManifest.keyName, Array("\(seal.key.verifier.description)\n".utf8)),
      (ExportManifest.checkpointName, Array(seal.note.description.utf8)), (ExportManifest.proofsName, proofs),
      ("data.csv", Array("serial\nSPK00000001\n".utf8)),
    ]
    let files = try contents.map { file, bytes in
      try folder.write(bytes, to: file)
      return facts(file, bytes)
    }
    let manifest = ExportManifest(
      batch: FuzzMaterial.batch, vendor: "Example", model: "HUB-2", revision: 1,
      position: seal.checkpoint.size, created: Timestamp(milliseconds: 0), origin: seal.key.name,
      profile: ExportProfile.shipped[0], rows: passed.count, registration: ["registered": 1],
      withheld: [.init(serial: "SPK00000002", reason: "on hold")], delta: .init(since: 1), files: files)
    return (folder, manifest, proofs)
  }

  private static func facts(_ file: String, _ bytes: [UInt8]) -> ExportFile.Facts {
    .init(name: file, bytes: Int64(bytes.count), sha256: Digest.sha256Hex(bytes), rows: nil)
  }

  /// Signed by the station's key: what the decoder makes of it is the question, not the signature.
  private static func sign(
    _ bytes: [UInt8], _ files: [ExportFile.Facts], _ folder: FuzzFolder, _ seal: FuzzSeal
  )
    throws
  {
    let signature = try seal.key.signature(over: bytes)
    try folder.write(bytes, to: ExportManifest.fileName)
    try folder.write(signature, to: ExportManifest.signatureName)
    let lines =
      [facts(ExportManifest.fileName, bytes), facts(ExportManifest.signatureName, signature)] + files
    let sums = lines.map { "\($0.sha256)  \($0.name)\n" }.joined()
    try folder.write(Array(sums.utf8), to: ExportManifest.sumsName)
  }

  private static func verify(_ folder: FuzzFolder, _ seal: FuzzSeal) throws -> ExportVerification {
    let found = ExportVerification(folder.path, trusted: [seal.key.verifier])
    try FuzzTarget.require(found.problems.count <= 20, "\(found.problems.count) problems")
    return found
  }

  static func manifests(_ material: FuzzMaterial) throws -> FuzzTarget {
    let (folder, manifest, _) = try export(material)
    return FuzzTarget(
      name: "export manifests", samples: [try manifest.bytes()],
      words: ["\"position\" : -1", "\"rows\" : 9223372036854775807", "../../etc/passwd", "data.csv", "\"\""],
      inputs: 60
    ) { input in
      try sign(input, manifest.files, folder, material.seal)
      let found = try verify(folder, material.seal)
      let read = try? JSONDecoder().decode(ExportManifest.self, from: Data(input))
      guard found.problems.isEmpty else { return try FuzzTarget.require(read != manifest, found.problems[0]) }
      try FuzzTarget.require(
        read?.files == manifest.files && read?.position == manifest.position && read?.rows == manifest.rows,
        "an altered export is whole")
    }
  }

  static func exportProofs(_ material: FuzzMaterial) throws -> FuzzTarget {
    let (folder, manifest, proofs) = try export(material)
    return FuzzTarget(
      name: "export proofs", samples: [proofs],
      words: ["\"seq\":9223372036854775807", "\"seq\":-9223372036854775808", "\"path\":[]", "\n"], inputs: 60
    ) { input in
      try folder.write(input, to: ExportManifest.proofsName)
      var signed = manifest
      signed.files = manifest.files.map {
        $0.name == ExportManifest.proofsName ? facts($0.name, input) : $0
      }
      try sign(try signed.bytes(), signed.files, folder, material.seal)
      let problems = try verify(folder, material.seal).problems
      if input == proofs { try FuzzTarget.require(problems.isEmpty, "\(problems)") }
      guard problems.isEmpty else { return }
      let line = try JSONDecoder().decode(ExportProof.self, from: Data(input))
      try FuzzTarget.require(
        line.row.row.map(material.rows.contains) == true, "a row that nobody wrote is proved")
    }
  }
}
