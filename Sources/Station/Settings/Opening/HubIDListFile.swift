import Foundation

/// The lists of UUIDs that models name by their files.
enum HubIDListFile {
  /// About 50 bytes a hub: more than a million of them.
  private static let largest = 64 << 20

  /// Of every model that has one, by the model's id.
  static func read(_ models: [HubModel]) throws(Fault) -> [String: HubIDList] {
    var lists: [String: HubIDList] = [:]
    for model in models {
      guard case .listed(let file) = model.hubID else { continue }
      lists[model.id] = try HubIDList(text(file), file: file, rule: model.serialRule)
    }
    return lists
  }

  private static func text(_ path: String) throws(Fault) -> String {
    let handle = FileHandle(forReadingAtPath: path)
    defer { try? handle?.close() }
    let data: Data?
    do { data = try handle?.read(upToCount: largest + 1) } catch { data = nil }
    guard let data else { throw unusable(path, "it is not there or may not be read") }
    guard data.count <= largest else { throw unusable(path, "it is longer than 64 MiB") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw unusable(path, "it is not UTF-8 text")
    }
    return text
  }

  private static func unusable(_ path: String, _ problem: String) -> Fault {
    Fault(.hubIDListInvalid, ["file": path, "problems": problem, "count": "1"])
  }
}
