/// Locks from a comma-separated file (RFC 4180). The first line names the columns, in any order: `lock`, `index` and
/// `uuid`; and, if wanted, `serial`, `vendor`, `owner`, `keys` (`uuid:index:user`, with blanks between keys).
struct LockList: Hashable, Sendable {
  private(set) var locks: [Lock] = []

  static let columns = ["lock", "index", "uuid", "serial", "vendor", "owner", "keys"]
  private static let needed = ["lock", "index", "uuid"]
  private static let shown = 5

  /// - Throws: `value-invalid` with the first wrong lines, each with its number; one wrong line makes the whole list
  ///   unusable.
  init(_ text: String) throws(Fault) {
    var records = try CommaSeparated.records(text)[...]
    guard let header = records.popFirst() else {
      throw Self.invalid("line 1", "", "the names of the columns")
    }
    let names = header.fields.map { $0.lowercased() }
    for name in names where !Self.columns.contains(name) {
      throw Self.invalid("line 1", name, "columns \(Self.columns.joined(separator: ", "))")
    }
    for name in Self.needed where !names.contains(name) {
      throw Self.invalid("line 1", header.fields.joined(separator: ","), "a list with the column \(name)")
    }
    guard Set(names).count == names.count else {
      throw Self.invalid("line 1", header.fields.joined(separator: ","), "columns that are named once")
    }
    var problems: [String] = []
    var numbers: [Int64: Int] = [:]
    var uuids: [String: Int] = [:]
    for record in records {
      do throws(Fault) {
        let lock = try Self.lock(record.fields, names)
        if let other = numbers.updateValue(record.line, forKey: lock.id) {
          throw Self.invalid("lock", String(lock.id), "a number that line \(other) does not have")
        }
        if let other = uuids.updateValue(record.line, forKey: lock.uuid.lowercased()) {
          throw Self.invalid("uuid", lock.uuid, "a UUID that line \(other) does not have")
        }
        locks.append(lock)
      } catch {
        problems.append(
          "line \(record.line): \(error.values["field"] ?? "") must be \(error.values["rule"] ?? "")")
      }
    }
    guard problems.isEmpty else {
      var fault = Self.invalid("the list", "", "right in every line; \(problems.count) wrong")
      if problems.count > Self.shown {
        problems = problems.prefix(Self.shown) + ["and \(problems.count - Self.shown) more"]
      }
      // One value a line: a value of a fault is cut where a list of many would not fit.
      for (place, problem) in problems.enumerated() { fault.values["problem \(place + 1)"] = problem }
      throw fault
    }
    guard !locks.isEmpty else { throw Self.invalid("the list", "", "one with a lock in it") }
  }

  private static func lock(_ fields: [String], _ names: [String]) throws(Fault) -> Lock {
    guard fields.count == names.count else {
      throw invalid("it", "", "\(names.count) fields, not \(fields.count)")
    }
    let values = Dictionary(zip(names, fields), uniquingKeysWith: { $1 })
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
    func number(_ name: String) throws(Fault) -> Int64 {
      guard let number = Int64(values[name] ?? "") else {
        throw invalid(name, values[name] ?? "", "a whole number")
      }
      return number
    }
    var lock = Lock(
      id: try number("lock"), index: try number("index"), uuid: values["uuid"] ?? "", serial: text("serial"),
      vendorName: text("vendor"), owner: text("owner"))
    for key in (text("keys") ?? "").split(separator: " ") { lock.keys.append(try Lock.Key(String(key))) }
    try lock.check()
    return lock
  }

  private static func invalid(_ field: String, _ value: String, _ rule: String) -> Fault {
    VendorRules.invalid(field, value, rule)
  }
}
