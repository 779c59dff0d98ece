import Foundation
import Testing

@testable import Station

/// The label of a physical key, judged by readers of XML, of SVG and of symbols that are not ours.
@Suite("Labels of physical keys")
struct PhysicalKeyLabelTests {
  private static let token = "0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90"
  private static let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  private static let hostile = PhysicalKeyLabel(
    number: 4711, token: token, user: #"<script>&"'"#,
    organisation: "Örtel & Söhne, 錠前 GmbH with a long name",
    note: "front door\u{1B}[31m\n</text>" + String(repeating: "x", count: 300), station: "line-1")

  @Test func `the embedded template is the file`() throws {
    let file = try String(
      contentsOf: Self.root.appending(path: "labels/physical-key.svg"), encoding: .utf8)
    #expect(PhysicalKeyLabel.template.text == file)
  }

  @Test func `whatever stands in the fields, python reads an SVG of that size with those words`() throws {
    let drawing = try Self.hostile.drawing()
    let script = """
      import sys, json, xml.etree.ElementTree as tree
      root = tree.fromstring(sys.stdin.buffer.read())
      names = "{http://www.w3.org/2000/svg}"
      print(json.dumps([root.get("width"), root.get("height")] + [text.text or "" for text in root.iter(names + "text")]
                       + [str(len(list(root.iter())))]))
      """
    let read = try JSONDecoder().decode(
      [String].self, from: ForeignText.run(["-c", script], Data(drawing.utf8)))
    #expect(Array(read[0...4]) == ["50mm", "25mm", "KEY", "4711", #"<script>&"'"#])
    #expect(read[5] == "Örtel & Söhne, 錠前 GmbH …")
    #expect(read[6] == #"front door\u{1b}[31m\u{a}</text>xxxxxxx…"#)
    #expect(read[7] == "line-1  \(Self.token)")
    let plain = try PhysicalKeyLabel(
      number: 1, token: Self.token, user: "u", organisation: "o", note: "", station: "s"
    )
    .drawing()
    let counted = try JSONDecoder().decode(
      [String].self, from: ForeignText.run(["-c", script], Data(plain.utf8)))
    #expect(counted.last == read.last, "no field makes an element of its own")
  }

  private static var hasReader: Bool {
    (try? ForeignText.run(["-c", "import zxingcpp, PIL"], Data())) != nil
  }

  @Test(.enabled(if: hasReader, "needs zxing-cpp and pillow: make test installs them"))
  func `rendered at 203 and 300 dots an inch, the symbol is read, and it is the token`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "label-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (svg, own) = (folder.appending(path: "key.svg").path(), folder.appending(path: "key.png").path())
    try await LabelFile(svg).write(Self.hostile.drawing())
    try await LabelFile(own).write(Self.hostile.drawing())
    try await LabelFile(folder.appending(path: "key.pdf").path()).write(Self.hostile.drawing())
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted() == [
        "key.pdf", "key.png", "key.svg",
      ])
    for name in ["key.pdf", "key.png", "key.svg"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path())
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
    let pdf = try Data(contentsOf: folder.appending(path: "key.pdf"))
    #expect(pdf.starts(with: Data("%PDF-".utf8)))
    let coarse = folder.appending(path: "coarse.png").path()
    let rendered = try await CommandProgram.run(
      ["/usr/bin/rsvg-convert", "--dpi-x", "203", "--dpi-y", "203", "-o", coarse, svg], other: true)
    #expect(rendered.status == 0 && rendered.errors.isEmpty, "\(rendered)")
    let script = """
      import sys, zxingcpp
      from PIL import Image
      for path in sys.argv[1:]:
          image = Image.open(path)
          found = zxingcpp.read_barcodes(image)
          print(*image.size, *[f"{code.format} {code.text}" for code in found])
      """
    let read = String(decoding: try ForeignText.run(["-c", script, own, coarse], Data()), as: UTF8.self)
      .replacing("BarcodeFormat.", with: "").replacing("Data Matrix", with: "DataMatrix")
    #expect(read == "591 296 DataMatrix \(Self.token)\n400 200 DataMatrix \(Self.token)\n")
  }

  @Test(.enabled(if: hasReader, "needs zxing-cpp and pillow: make test installs them"))
  func `symbols are read as what was written, and all are of one size`() throws {
    let texts =
      ["1", "A", "SPK00000001", "}~ !", UUID().uuidString, UUID().uuidString.lowercased()]
      + (1...36).map { String(repeating: "aZ9-", count: 9).prefix($0).description }
      + (1...18).map { String(repeating: "7", count: $0 * 4) }
    let symbols = try texts.map { try #require(DataMatrix($0), "\($0)") }
    let bits = symbols.map { symbol in
      (0..<DataMatrix.size).map { row in
        (0..<DataMatrix.size).map { symbol.isDark(row: row, column: $0) ? "1" : "0" }.joined()
      }
    }
    let script = """
      import sys, json, zxingcpp
      from PIL import Image
      found = []
      for rows in json.load(sys.stdin):
          side = len(rows)
          image = Image.new("L", (side + 8, side + 8), 255)
          for y, row in enumerate(rows):
              for x, bit in enumerate(row):
                  if bit == "1":
                      image.putpixel((x + 4, y + 4), 0)
          codes = zxingcpp.read_barcodes(image.resize(((side + 8) * 6,) * 2, Image.NEAREST))
          found.append([code.text for code in codes])
      print(json.dumps(found))
      """
    let read = try JSONDecoder().decode(
      [[String]].self, from: ForeignText.run(["-c", script], try JSONEncoder().encode(bits)))
    for (text, found) in zip(texts, read) { #expect(found == [text]) }
  }

  @Test func `text that no such symbol holds is no symbol`() {
    for text in ["", "ä", String(repeating: "aZ9-", count: 14)] { #expect(DataMatrix(text) == nil) }
  }

  @Test func `a key without its number has no label, one with it has, and a mistyped field is named`()
    async throws
  {
    let bench = try await CommandBench()
    func run(_ words: String...) async throws -> CommandProgram.Answer {
      try await CommandProgram.run(words + ["--settings", bench.settings])
    }
    let file = bench.folder.appending(path: "key.svg").path()
    let early = try await run("key", "issue", "--user", "u", "--org", "o", "--label", file)
    #expect(early.status == 64 && early.errors.contains("--label goes with --wait"), "\(early)")
    for (wrong, sentence) in [
      ("key.bmp", "End it in .svg, .png or .pdf"), ("/nowhere/key.svg", "cannot be written"),
    ] {
      let refused = try await run(
        "key", "issue", "--user", "u", "--org", "o", "--wait", "--within", "1", "--label", wrong)
      #expect(refused.status == 65 && refused.errors.contains(sentence), "\(refused)")
    }
    #expect(
      try await run("key", "list").output.contains("Nothing."),
      "nothing was ordered for a label that cannot be")
    var tokens: [String] = []
    for note in ["front door", "back door"] {
      let issued = try await run(
        "key", "issue", "--user", "user-3", "--org", "org-7", "--note", note, "--json")
      #expect(issued.status == 0, "\(issued)")
      let line = try await run("key", "list", "--json").lines[tokens.count]
      tokens.append(try JSONDecoder().decode(KeyRecord.self, from: Data(line.utf8)).token)
    }
    let none = try await run("key", "label", tokens[0], "--to", file)
    #expect(
      none.status == 65 && none.errors.contains("has not given this key its number yet: it is owed"),
      "\(none)")
    #expect(!FileManager.default.fileExists(atPath: file))
    let ledger = try bench.open()
    for token in tokens {
      try await ledger.append(JournalDraft(entry: .sending(entry: token)))
      try await ledger.append(
        JournalDraft(entry: .settled(entry: token, EffectEvidence(wasThere: false, values: ["number": "8"]))))
    }
    try ledger.close()
    let both = try await run("key", "label", "8", "--to", file)
    #expect(
      both.status == 65 && both.errors.contains("2 keys have the number 8") && both.errors.contains(tokens[1])
    )
    let unknown = try await run("key", "label", "9", "--to", file)
    #expect(unknown.status == 65 && unknown.errors.contains("No key with the number 9"), "\(unknown)")
    let drawn = try await run("key", "label", tokens[0], "--to", file, "--json")
    #expect(drawn.status == 0 && drawn.output.contains(#""number":8"#), "\(drawn)")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains(">8<") && text.contains("front door") && text.contains("line-1  \(tokens[0])"))

    let template = try bench.file("own.svg", "<svg>{{number}} {{serial}}</svg>")
    let mistyped = try await run("key", "label", tokens[0], "--to", file, "--template", template)
    #expect(
      mistyped.status == 65 && mistyped.errors.contains("{{serial}}") && mistyped.errors.contains("number"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text, "the label that was there stays")
    let own = try bench.file("own.svg", "<svg>{{number}}</svg>")
    #expect(try await run("key", "label", tokens[0], "--to", file, "--template", own).status == 0)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "<svg>8</svg>")
  }
}
