/// How long a conversation waits for what. In files each is a number of seconds.
public struct ConsoleLimits: Codable, Sendable, Equatable {
  /// From the first byte sent until a shell answers: power-on, boot loader, kernel, services, login.
  public var boot: Duration = .seconds(90)
  /// For one answer of a login program or a prompt.
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

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case boot, prompt, quiet, chatter, patience, command, key, transfer, sync
  }

  private static func field(_ key: CodingKeys) -> WritableKeyPath<ConsoleLimits, Duration> {
    switch key {
    case .boot: \.boot
    case .prompt: \.prompt
    case .quiet: \.quiet
    case .chatter: \.chatter
    case .patience: \.patience
    case .command: \.command
    case .key: \.key
    case .transfer: \.transfer
    case .sync: \.sync
    }
  }

  /// What is not named keeps its default.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    for key in CodingKeys.allCases {
      guard let seconds = try values.decodeIfPresent(Double.self, forKey: key) else { continue }
      guard seconds > 0, seconds <= 3600 else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: values,
          debugDescription: "\(key.rawValue) must be above 0 and at most 3600 seconds")
      }
      self[keyPath: Self.field(key)] = .seconds(seconds)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    for key in CodingKeys.allCases {
      try values.encode(self[keyPath: Self.field(key)] / .seconds(1), forKey: key)
    }
  }
}
