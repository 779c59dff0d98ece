/// Reads only the fields that a file names and keeps the defaults of the others; a field that nobody knows is an
/// error, for a mistyped one would silently be the default.
struct ProfileFields {
  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let values: KeyedDecodingContainer<Name>
  private var known: Set<String> = []

  init(_ decoder: any Decoder) throws { values = try decoder.container(keyedBy: Name.self) }

  /// Takes the field over into `value` if the file names it.
  mutating func read<Value: Decodable>(_ name: String, _ value: inout Value) throws {
    known.insert(name)
    if let read = try values.decodeIfPresent(Value.self, forKey: Name(stringValue: name)) { value = read }
  }

  /// Throws for the first field that was not read.
  func refuseOthers() throws {
    guard let other = values.allKeys.map(\.stringValue).filter({ !known.contains($0) }).min() else { return }
    let path = (values.codingPath.map(\.stringValue) + [other]).joined(separator: ".")
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: values.codingPath,
        debugDescription: "\(path) is not known; known are \(known.sorted().joined(separator: ", "))"))
  }
}
