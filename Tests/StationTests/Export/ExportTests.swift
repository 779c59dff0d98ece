import CertForge
import Foundation
import Testing

@testable import Station

@Suite("Handing a batch over")
struct ExportTests {
  @Test func `a closed batch is handed over, and python, openssl and sha256sum find it whole`() async throws {
    let bench = try await ExportBench(units: 40)
    let open = try await bench.run("export", "WO-17")
    #expect(open.status == 65 && open.errors.contains("it is open"), "\(open)")
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let refused = try await bench.run("export", "WO-17", "--to", bench.place(""))
    #expect(
      refused.status == 65 && refused.errors.contains("13 units of WO-17 are not registered"), "\(refused)")
    for profile in ["csv", "excel", "jsonl", "aws-bulk", "mac-list", "certificates", "vendor"] {
      let made = try await bench.run(
        "export", "WO-17", "--profile", profile, "--to", bench.place(""), "--allow-unregistered", "--reason",
        "vendor registers them")
      #expect(made.status == 0 && made.output.contains("40 units as of row"), "\(made)")
    }
    let key = try await bench.run("seal", "key").output
    let keyFile = try bench.bench.file("key.txt", key)
    for profile in ["csv", "excel", "jsonl", "aws-bulk", "mac-list", "certificates", "vendor"] {
      let folder = bench.place("WO-17-r1-\(profile)")
      let verified = try await CommandProgram.run(["export", "verify", folder, "--key", keyFile])
      #expect(verified.status == 0 && verified.output.contains("40 units, all is good"), "\(verified)")
      let sums = try await CommandProgram.run(
        ["/bin/sh", "-c", "cd \"$1\" && sha256sum --quiet --strict -c SHA256SUMS", "sh", folder], other: true)
      #expect(sums.status == 0, "\(sums)")
      let signed = try await CommandProgram.run(
        [
          "/usr/bin/openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey",
          "\(folder)/verifier-key.pem",
          "-in", "\(folder)/manifest.json", "-sigfile", "\(folder)/manifest.json.sig",
        ], other: true)
      #expect(signed.status == 0, "\(signed)")
      let judged = try await OraclePython.run("export_oracle.py", [folder, bench.bench.ledger])
      #expect(judged == "good 40", "\(profile): \(judged)")
    }
    #expect(try await bench.run("ledger", "verify").status == 0)
  }

  @Test func `a revision has the same bytes for ever, and what comes later makes the next one`() async throws
  {
    let bench = try await ExportBench(units: 12)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let allow = ["--allow-unregistered", "--reason", "tried"]
    func export(_ to: String, _ more: [String]) async throws -> CommandProgram.Answer {
      try FileManager.default.createDirectory(atPath: bench.place(to), withIntermediateDirectories: false)
      return try await CommandProgram.run(
        ["export", "WO-17", "--to", bench.place(to), "--settings", bench.bench.settings] + more)
    }
    let first = try await export("a", allow)
    #expect(first.status == 0, "\(first)")
    let again = try await export("b", [])
    #expect(again.status == 0 && again.output.contains("the same bytes as before"), "\(again)")
    let bytes = try bench.contents(bench.place("a/WO-17-r1-csv"))
    #expect(try bench.contents(bench.place("b/WO-17-r1-csv")) == bytes && bytes.count == 8)
    // One is registered, one is held, and one more appears that has nothing to do with it.
    try await bench.settle(3)
    try await bench.hold(5)
    let second = try await export("c", allow)
    #expect(second.status == 0 && second.output.contains("revision 2 of WO-17: 11 units"), "\(second)")
    #expect(second.output.contains("since revision 1: 0 added, 1 changed, 1 removed"))
    #expect(second.output.contains("not in it: SPK00020005, on hold"))
    let delta = try String(contentsOfFile: bench.place("c/WO-17-r2-csv/delta.jsonl"), encoding: .utf8)
    #expect(
      delta.split(separator: "\n").first
        == #"{"after":{"registration":"registered"},"before":{"registration":"waiting"},"change":"changed","serial":"SPK00020003"}"#
    )
    let old = try await export("d", ["--revision", "1"])
    #expect(old.status == 0, "\(old)")
    #expect(try bench.contents(bench.place("d/WO-17-r1-csv")) == bytes)
    let never = try await export("e", ["--revision", "9"])
    #expect(never.status == 65 && never.errors.contains("revision 9 was never made"), "\(never)")
    let list = try await bench.run("export", "list", "WO-17", "--json")
    #expect(list.lines.count == 2, "\(list)")
    #expect(try await bench.run("ledger", "rebuild").status == 0)
    #expect(try await bench.run("ledger", "verify").status == 0)
  }

  @Test
  func `a unit that is corrected into another batch stays in the revision that had it, and leaves the next`()
    async throws
  {
    let bench = try await ExportBench(units: 5)
    try await bench.close()
    let words = ["--allow-unregistered", "--reason", "tried"]
    #expect(try await bench.export("csv", words).status == 0)
    let bytes = try bench.contents(bench.place("WO-17-r1-csv"))
    try FileManager.default.removeItem(atPath: bench.place("WO-17-r1-csv"))
    // No verb does that to a closed batch; a record of elsewhere may have it.
    try await bench.change { ledger in
      try await ledger.append(
        JournalDraft(
          hub: ScratchLedger.hub(2),
          entry: .corrected(
            UnitCorrection(row: 9, field: .batch, old: "WO-17", new: "WO-18", reason: "swapped"))))
    }
    let again = try await bench.export("csv", ["--revision", "1"])
    #expect(again.status == 0 && again.output.contains("the same bytes as before"), "\(again)")
    if again.status == 0 { #expect(try bench.contents(bench.place("WO-17-r1-csv")) == bytes) }
    let next = try await bench.export("csv", words)
    #expect(next.status == 0 && next.output.contains("revision 2 of WO-17: 4 units"), "\(next)")
    #expect(next.output.contains("since revision 1: 0 added, 0 changed, 1 removed"), "\(next)")
    #expect(try await bench.run("ledger", "rebuild").status == 0)
    #expect(try await bench.run("ledger", "verify").status == 0)
  }

  @Test func `whatever is altered in a bundle is found, with its file`() async throws {
    let bench = try await ExportBench(units: 6)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let made = try await bench.run(
      "export", "WO-17", "--profile", "jsonl", "--to", bench.place(""), "--allow-unregistered", "--reason",
      "x")
    #expect(made.status == 0, "\(made)")
    let folder = bench.place("WO-17-r1-jsonl")
    #expect(ExportVerification(folder, trusted: []).problems == [])
    let good = try bench.contents(folder)
    for (name, data) in good.sorted(by: { $0.key < $1.key }) {
      let url = URL(filePath: "\(folder)/\(name)")
      for place in [0, data.count / 2, data.count - 1] {
        var other = data
        other[place] ^= 1
        try other.write(to: url)
        let problems = ExportVerification(folder, trusted: []).problems
        #expect(!problems.isEmpty, "byte \(place) of \(name)")
      }
      try FileManager.default.removeItem(at: url)
      #expect(
        ExportVerification(folder, trusted: []).problems.contains { $0.hasPrefix("\(name): is missing") })
      try data.write(to: url)
    }
    try Data().write(to: URL(filePath: "\(folder)/more.csv"))
    #expect(ExportVerification(folder, trusted: []).problems == ["more.csv: is not in the manifest"])
    try FileManager.default.removeItem(atPath: "\(folder)/more.csv")
    // Neither what lies behind a link nor a pipe came from the station.
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/more", withDestinationPath: "/etc")
    #expect(ExportVerification(folder, trusted: []).problems == ["more: is not in the manifest"])
    try FileManager.default.removeItem(atPath: "\(folder)/more")
    for (name, data) in good {
      let path = "\(folder)/\(name)"
      let copy = bench.place("copy-of-a-file")
      try data.write(to: URL(filePath: copy))
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: copy)
      #expect(!ExportVerification(folder, trusted: []).problems.isEmpty, "a link in the place of \(name)")
      try FileManager.default.removeItem(atPath: path)
      try #require(mkfifo(path, 0o600) == 0)
      #expect(ExportVerification(folder, trusted: []).problems.contains("\(name): is no file"), "\(name)")
      try FileManager.default.removeItem(atPath: path)
      try data.write(to: URL(filePath: path))
    }
    let other = SealKey(station: "line-1", key: try .generate()).verifier
    #expect(ExportVerification(folder, trusted: [other]).problems.count == 1)
    #expect(try bench.contents(folder) == good && ExportVerification(folder, trusted: []).problems == [])
  }

  @Test func `proofs that are too few or of another tree are found although the station's key signed them`()
    async throws
  {
    let bench = try await ExportBench(units: 6)
    try await bench.close()
    #expect(try await bench.export("jsonl", ["--allow-unregistered", "--reason", "x"]).status == 0)
    let folder = bench.place("WO-17-r1-jsonl")
    let good = try String(contentsOfFile: "\(folder)/proofs.jsonl", encoding: .utf8)
    let key = try SealKey.open(SealKey.path(besides: bench.bench.ledger), station: "line-1")
    let lines = good.split(separator: "\n").map(String.init)
    let other = lines[1].replacing(#""path":[""#, with: #""path":["AAAA"#)
    for (proofs, problem) in [
      (lines, nil), (Array(lines.dropLast()), "proofs.jsonl: 5 proofs of 6 units"),
      (lines + lines.prefix(1), "proofs.jsonl: 7 proofs of 6 units"),
      ([lines[0], other] + lines.dropFirst(2), "proofs.jsonl: line 2 proves nothing"),
    ] as [([String], String?)] {
      try Self.sign(folder, proofs: proofs.map { $0 + "\n" }.joined(), with: key)
      #expect(ExportVerification(folder, trusted: [key.verifier]).problems == (problem.map { [$0] } ?? []))
    }
  }

  /// Puts other proofs into a bundle, and makes digests, signature and sums good again, as the holder of the key can.
  private static func sign(_ folder: String, proofs: String, with key: SealKey) throws {
    func put(_ name: String, _ data: Data) throws { try data.write(to: URL(filePath: "\(folder)/\(name)")) }
    var manifest = try JSONDecoder().decode(
      ExportManifest.self, from: Data(contentsOf: URL(filePath: "\(folder)/manifest.json")))
    let data = Data(proofs.utf8)
    try put("proofs.jsonl", data)
    for index in manifest.files.indices where manifest.files[index].name == "proofs.jsonl" {
      manifest.files[index].bytes = Int64(data.count)
      manifest.files[index].sha256 = Digest.sha256Hex(Array(data))
    }
    let bytes = try manifest.bytes()
    let signature = try key.signature(over: bytes)
    try put("manifest.json", Data(bytes))
    try put("manifest.json.sig", Data(signature))
    let sums =
      manifest.files.map { "\($0.sha256)  \($0.name)\n" } + [
        "\(Digest.sha256Hex(bytes))  manifest.json\n", "\(Digest.sha256Hex(signature))  manifest.json.sig\n",
      ]
    try put("SHA256SUMS", Data(sums.joined().utf8))
  }

  @Test func `a tar is the folder for python, and stock openssl opens the encrypted one`() async throws {
    let bench = try await ExportBench(units: 5)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let allow = [
      "--allow-unregistered", "--reason", "x", "--to", bench.place(""), "--settings", bench.bench.settings,
    ]
    #expect(
      try await CommandProgram.run(["export", "WO-17", "--profile", "certificates"] + allow).status == 0)
    #expect(
      try await CommandProgram.run(["export", "WO-17", "--profile", "certificates", "--tar"] + allow).status
        == 0)
    let bundle = bench.place("WO-17-r1-certificates")
    let script = """
      import sys, tarfile, os
      with tarfile.open(sys.argv[1]) as tar:
          for member in tar.getmembers():
              folder, _, name = member.name.partition("/")
              same = tar.extractfile(member).read() == open(os.path.join(sys.argv[2], name), "rb").read()
              print(folder, oct(member.mode), member.uid, same)
      """
    let read = try await CommandProgram.run(
      ["/usr/bin/env", "python3", "-c", script, "\(bundle).tar", bundle], other: true)
    #expect(
      read.lines.count == 12 && read.lines.allSatisfy { $0 == "WO-17-r1-certificates 0o644 0 True" },
      "\(read)")
    for kind in ["RSA -pkeyopt rsa_keygen_bits:2048", "EC -pkeyopt ec_paramgen_curve:P-256"] {
      let shell = """
        set -e; cd "$1"
        openssl genpkey -algorithm \(kind) -out vendor.key 2>/dev/null
        openssl req -x509 -new -key vendor.key -subj /CN=vendor -days 2 -out vendor.pem 2>/dev/null
        """
      #expect(
        try await CommandProgram.run(["/bin/sh", "-c", shell, "sh", bench.place("")], other: true).status == 0
      )
      let made = try await CommandProgram.run(
        ["export", "WO-17", "--profile", "certificates", "--encrypt-to", bench.place("vendor.pem")] + allow)
      #expect(made.status == 0 && made.lines.first == "\(bundle).tar.cms", "\(made)")
      let opened = try await CommandProgram.run(
        [
          "/usr/bin/openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "\(bundle).tar.cms",
          "-recip",
          bench.place("vendor.pem"), "-inkey", bench.place("vendor.key"), "-out", bench.place("opened.tar"),
        ], other: true)
      #expect(opened.status == 0, "\(opened)")
      #expect(
        FileManager.default.contents(atPath: bench.place("opened.tar"))
          == FileManager.default.contents(atPath: "\(bundle).tar"))
      let shown = try await CommandProgram.run(
        [
          "/usr/bin/openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in",
          "\(bundle).tar.cms",
        ],
        other: true)
      #expect(shown.output.contains("authEnvelopedData") && shown.output.contains("aes-256-gcm"))
      // Whatever is altered in the content or its tag, it is not opened.
      let sealed = try Data(contentsOf: URL(filePath: "\(bundle).tar.cms"))
      for place in [sealed.count / 2, sealed.count - 40, sealed.count - 3] {
        var altered = sealed
        altered[place] ^= 1
        try altered.write(to: URL(filePath: bench.place("altered.cms")))
        let refused = try await CommandProgram.run(
          [
            "/usr/bin/openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in",
            bench.place("altered.cms"),
            "-recip", bench.place("vendor.pem"), "-inkey", bench.place("vendor.key"), "-out", "/dev/null",
          ], other: true)
        #expect(refused.status != 0, "byte \(place)")
      }
      try FileManager.default.removeItem(atPath: "\(bundle).tar.cms")
    }
  }

  @Test func `what cannot be is said, and changes nothing`() async throws {
    let bench = try await ExportBench(units: 2)
    let rows = { try await Ledger.reading(path: bench.bench.ledger).lastRow()?.sequence }
    let before = try await rows()
    let unknown = try await bench.run("export", "WO-99")
    #expect(unknown.status == 65 && unknown.errors.contains("There is no batch WO-99"), "\(unknown)")
    let profile = try await bench.run("export", "WO-17", "--profile", "cvs")
    #expect(profile.status != 0 && !profile.errors.isEmpty)
    #expect(try await bench.run("export", "WO-17", "--allow-unregistered").status == 64)
    #expect(try await rows() == before)
    let text = try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
    let wrong = try bench.bench.file(
      "wrong.yaml",
      text.replacing("[serial=Serial No., mac=MAC, certificate-id]", with: "[serial, colour, macc]"))
    let checked = try await CommandProgram.run(["settings", "check", wrong])
    #expect(checked.status == 78, "\(checked)")
    let words = checked.output + checked.errors
    #expect(words.contains("exports[1].columns[2]") && words.contains("there is no such column"), "\(words)")
    #expect(words.contains("did you mean `mac`"))
  }

  @Test func `no export holds a private key or a formula that a spreadsheet would run`() async throws {
    let bench = try await ExportBench(units: 9)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let sealing = try Data(contentsOf: URL(filePath: SealKey.path(besides: bench.bench.ledger)))
    let secret = String(decoding: sealing, as: UTF8.self).split(separator: "\n")[1]
    for profile in ExportProfile.shipped.map(\.name) {
      let made = try await bench.run(
        "export", "WO-17", "--profile", profile, "--to", bench.place(""), "--allow-unregistered", "--reason",
        "x")
      #expect(made.status == 0, "\(made)")
      for (name, data) in try bench.contents(bench.place("WO-17-r1-\(profile)")) {
        for word in ["PRIVATE KEY", "passcode", String(secret)] {
          #expect(data.range(of: Data(word.utf8)) == nil, "\(word) in \(name) of \(profile)")
        }
      }
    }
    // Not String(contentsOfFile:), which takes the byte order mark for its own.
    let sheet = String(
      decoding: try Data(contentsOf: URL(filePath: bench.place("WO-17-r1-excel/WO-17-r1-excel.csv"))),
      as: UTF8.self)
    #expect(sheet.hasPrefix("\u{FEFF}\"serial\",") && sheet.contains("\"'+49 anna\""))
    #expect(sheet.contains("\"'=Example, \"\"Ltd\"\"\""))
    let plain = try String(contentsOfFile: bench.place("WO-17-r1-csv/WO-17-r1.csv"), encoding: .utf8)
    #expect(plain.contains(",+49 anna,") && plain.contains("\"=Example, \"\"Ltd\"\"\""))
    // A profile that refuses formulas refuses the vendor's name, and leaves nothing behind.
    let refusing = try bench.bench.file(
      "refusing.yaml",
      try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
        .replacing("[serial=Serial No., mac=MAC, certificate-id]", with: "[serial, vendor]"))
    let refused = try await CommandProgram.run([
      "export", "WO-17", "--profile", "vendor", "--to", bench.place(""), "--allow-unregistered", "--reason",
      "x",
      "--settings", refusing,
    ])
    #expect(refused.status == 65 && refused.errors.contains("formula"), "\(refused)")
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.place("")).filter {
      $0.contains("vendor")
    }
    #expect(left == [])
  }
}
