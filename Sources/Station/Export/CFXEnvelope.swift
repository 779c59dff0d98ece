import Foundation

/// The envelope that every message of IPC-CFX (IPC-2591) travels in. Fields and types are those of the public SDK
/// (https://github.com/IPCConnectedFactoryExchange/CFX, version 1.3, where all messages that are written here were there);
/// its names begin with capitals, which `encoder` sees to. Nothing is sent anywhere from here.
struct CFXEnvelope<Message: CFXMessage>: Hashable, Sendable, Encodable {
  private enum CodingKeys: CodingKey {
    case messageName, version, timeStamp, uniqueID, source, target, requestID, messageBody
  }

  /// When it happened, not when it was written.
  var timeStamp: Timestamp
  var uniqueID: String
  /// The station.
  var source: String
  var messageBody: Message

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Message.name, forKey: .messageName)
    try container.encode("1.3", forKey: .version)
    try container.encode(timeStamp, forKey: .timeStamp)
    try container.encode(uniqueID, forKey: .uniqueID)
    try container.encode(source, forKey: .source)
    // Of requests only, which these are not.
    try container.encodeNil(forKey: .target)
    try container.encodeNil(forKey: .requestID)
    try container.encode(messageBody, forKey: .messageBody)
  }
}

protocol CFXMessage: Hashable, Sendable, Encodable {
  /// With its namespace.
  static var name: String { get }
}

/// Names of CFX: `unitIdentifier` is written `UnitIdentifier`, and `type` is the `$type` by which its readers know which
/// kind of measurement they have before them.
enum CFXJSON {
  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ key: any CodingKey) {
      let word = key.stringValue
      stringValue = word == "type" ? "$type" : word.prefix(1).uppercased() + word.dropFirst()
    }

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .custom { path in
      guard let key = path.last, key.intValue == nil else { return path.last ?? Name(stringValue: "")! }
      return Name(key)
    }
    return encoder
  }
}
