import Foundation
import Yams

/// The YAML of a settings file as sections with line numbers. The only door to Yams.
enum SettingsDocument {
  /// More than any bench needs; a file that is larger is the wrong file.
  static let largestSize = 1 << 20

  /// - Returns: nil, and a finding, when the text is not a YAML mapping.
  static func root(of text: String, findings: SettingsFindings) -> SettingsSection? {
    guard text.utf8.count <= largestSize else {
      findings.add(line: 1, key: "(file)", value: nil, remedy: "is larger than 1 MiB: name the right file.")
      return nil
    }
    do {
      guard let node = try compose(yaml: text) else {
        findings.add(
          line: 1, key: "(file)", value: nil, remedy: "is empty: begin with `station settings example`.")
        return nil
      }
      guard case .mapping(let mapping) = node else {
        findings.add(
          line: 1, key: "(file)", value: nil,
          remedy: "write `key: value` lines, as in `station settings example`.")
        return nil
      }
      return SettingsSection(mapping, path: "", line: 1, findings: findings)
    } catch let error as YamlError {
      report(error, findings)
    } catch {
      findings.add(
        line: 1, key: "(file)", value: nil, remedy: "is not YAML: \(PrintableText.of("\(error)", limit: 200))"
      )
    }
    return nil
  }

  private static func report(_ error: YamlError, _ findings: SettingsFindings) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      findings.add(
        line: mark.line, key: "(file)", value: nil,
        remedy: "is not YAML here: \(problem); check indentation, colons and quotes.")
    case .duplicatedKeysInMapping(let duplicates, let context):
      for duplicate in duplicates {
        findings.add(
          line: context.mark.line, key: duplicate, value: nil, remedy: "stands here more than once: keep one."
        )
      }
    default:
      findings.add(
        line: 1, key: "(file)", value: nil, remedy: "is not YAML: \(PrintableText.of("\(error)", limit: 200))"
      )
    }
  }
}
