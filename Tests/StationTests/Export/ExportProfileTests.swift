import Foundation
import Testing

@testable import Station

@Suite("Profiles of the settings")
struct ExportProfileTests {
  private static func problems(fileName: String) -> [SettingsProblem] {
    let text = SettingsExample.text.replacing(
      #"file-name: "{batch}-r{revision}-{part}.csv""#, with: "file-name: '\(fileName)'")
    do throws(SettingsProblems) {
      _ = try Settings.read(text: text, file: "station.yaml")
      return []
    } catch { return error.problems }
  }

  @Test(
    "a file has no name that the bundle needs, and none that is no file's",
    arguments: [
      ("manifest.json", "own"), ("manifest.json.sig", "own"), ("SHA256SUMS", "own"), ("sha256sums", "own"),
      ("checkpoint.txt", "own"), ("proofs.jsonl", "own"), ("delta.jsonl", "own"), ("verifier-key.txt", "own"),
      ("verifier-key.pem", "own"), ("Manifest.JSON", "own"), (".", "without folders"),
      ("..", "without folders"), ("a/b.csv", "without folders"), ("/b.csv", "without folders"),
      ("{colour}.csv", "{colour}"), ("{batch}-{revison}.csv", "{revison}"), ("{Batch}.csv", "{Batch}"),
      ("{serial}.csv", "{serial}"), ("{}.csv", "{}"), ("{batch.csv", "{"), ("batch}.csv", "}"),
    ])
  func refused(_ name: String, _ word: String) throws {
    let found = Self.problems(fileName: name)
    let problem = try #require(found.first, "\(name) is taken")
    #expect(found.count == 1 && problem.key == "exports[1].file-name", "\(found.map(\.text))")
    #expect(problem.value == name && problem.remedy.contains(word), "\(problem.text)")
  }

  @Test(
    "every other name is taken",
    arguments: [
      "{batch}.csv", "{batch}-r{revision}-{profile}-{part}.csv", "manifest.csv", "manifest.json.csv",
      "...csv", ".hidden", "SHA256SUMS.{batch}",
    ])
  func taken(_ name: String) {
    #expect(Self.problems(fileName: name).map(\.text) == [])
  }
}
