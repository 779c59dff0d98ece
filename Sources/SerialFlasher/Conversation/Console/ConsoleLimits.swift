/// How long a conversation waits for what. In files each is a number of seconds.
public struct ConsoleLimits: Codable, Sendable, Equatable {
  /// From the first byte sent until a shell answers: power-on, boot loader, kernel, services, login.
  public var boot: Duration = .seconds(90)
  /// For a login program to think about what it was told; one that refuses takes two or three seconds.
  public var login: Duration = .seconds(6)
  /// For a shell to begin our loop.
  public var prompt: Duration = .seconds(2)
  /// A console that has said nothing for so long has said all: it waits for us. Longer than the latency of a
  /// USB-serial adapter (16 ms) and than a hub takes between two lines of one message.
  public var quiet: Duration = .milliseconds(60)
  /// A console that talks without a pause for so long is spoken to all the same.
  public var chatter: Duration = .seconds(5)
  /// For a console that asks for patience (a boot loader that counts down): quiet for so long before it is spoken to.
  public var patience: Duration = .seconds(4)
  /// For one command of the profile and its answer.
  public var command: Duration = .seconds(15)
  /// For making a key: a small hub may first have to collect randomness.
  public var key: Duration = .seconds(60)
  /// For the sink to open, to take a kilobyte of data, or to close.
  public var transfer: Duration = .seconds(10)
  /// For everything written to reach storage: slow flash with much that others have written.
  public var sync: Duration = .seconds(60)

  public init() {}

  private static var fields: [(name: String, path: WritableKeyPath<ConsoleLimits, Duration>)] {
    [
      ("boot", \.boot), ("login", \.login), ("prompt", \.prompt), ("quiet", \.quiet), ("chatter", \.chatter),
      ("patience", \.patience), ("command", \.command), ("key", \.key), ("transfer", \.transfer),
      ("sync", \.sync),
    ]
  }

  /// What is not named keeps its default.
  public init(from decoder: any Decoder) throws {
    var fields = try ProfileFields(decoder)
    for (name, path) in Self.fields {
      var seconds = self[keyPath: path] / .seconds(1)
      try fields.read(name, &seconds)
      guard seconds > 0, seconds <= 3600 else {
        throw DecodingError.dataCorrupted(
          DecodingError.Context(
            codingPath: decoder.codingPath,
            debugDescription: "\(name) must be above 0 and at most 3600 seconds, not \(seconds)"))
      }
      self[keyPath: path] = .seconds(seconds)
    }
    try fields.refuseOthers()
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.singleValueContainer()
    let pairs = Self.fields.map { ($0.name, self[keyPath: $0.path] / .seconds(1)) }
    try values.encode(Dictionary(uniqueKeysWithValues: pairs))
  }
}
