import ArgumentParser
import Foundation

struct KeyLabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Draw the label of a key: its number, whose it is, and its token for a scanner.",
    discussion: """
      50 x 25 mm, as SVG, or as PNG or PDF through rsvg-convert (Debian's librsvg2-bin). A template of your own is an SVG
      with fields: {{number}} {{user}} {{organisation}} {{note}} {{station}} {{token}} {{symbol}} {{symbol-size}}; the
      shipped one is labels/physical-key.svg.

      Examples:
        station key label 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --to key.svg
        station key label 8 --to key-8.png
        station key label 8 --to key-8.pdf --template my-key.svg
      """)

  @Argument(help: "The order's token, or the key's number.")
  var key: String

  @Option(help: ArgumentHelp("The file: its name ends in .svg, .png or .pdf.", valueName: "file"))
  var to: String

  @Option(help: ArgumentHelp("Another template than the shipped one.", valueName: "file"))
  var template: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      try await Self.draw(try await record(), to: to, template: template, options)
      return .done
    }
  }

  /// Numbers are a user's own: two users may have the same.
  private func record() async throws -> KeyRecord {
    guard let number = Int64(key) else { return try await options.order(key).1 }
    let found = try await options.keys().filter { $0.number == number }
    guard let first = found.first else {
      throw CommandError(
        .badData, code: "key-unknown-here", "No key with the number \(number).",
        hint: "`station key list` shows the numbers.")
    }
    guard found.count == 1 else {
      throw CommandError(
        .badData, code: "key-ambiguous", "\(found.count) keys have the number \(number).",
        hint: "Name the token: \(found.map(\.token).joined(separator: ", ")).")
    }
    return first
  }

  static func draw(_ key: KeyRecord, to path: String, template: String?, _ options: GlobalOptions)
    async throws
  {
    let settings = try options.benchSettings()
    guard let number = key.number else {
      throw CommandError(
        .badData, code: "key-unnumbered",
        "The vendor has not given this key its number yet: it is \(key.state.rawValue).",
        hint: "`station key list` shows it when it is there.")
    }
    do throws(LabelError) {
      let file = try await LabelFile(path)
      let drawing = try PhysicalKeyLabel(key, number: number, station: settings.station)
        .drawing(try template.map { (path) throws(LabelError) in try Self.template(at: path) })
      try await file.write(drawing)
    } catch { throw CommandError(error) }
    if options.json {
      print(JSONLine.text(Drawn(token: key.token, number: number, file: path)))
    } else {
      print("Label of key \(number): \(PrintableText.of(path, limit: 400))")
    }
  }

  /// The keys are stable.
  private struct Drawn: Codable {
    var token: String
    var number: Int64
    var file: String
  }

  private static func template(at path: String) throws(LabelError) -> LabelTemplate {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: LabelTemplate.largest + 1), data.count <= LabelTemplate.largest,
      let text = String(validating: data, as: UTF8.self)
    else { throw .templateUnreadable(path) }
    return LabelTemplate(text: text)
  }
}

extension CommandError {
  init(_ error: LabelError) {
    self.init(.badData, code: error.code, error.sentence, hint: error.hint)
  }
}
