/// One sentence of the contract between the station and any hub driver, and how to see whether it holds.
public struct ContractRule: Sendable, CustomStringConvertible {
  public let sentence: String
  public let check: @Sendable (any ContractHub) async throws -> Void

  init(_ sentence: String, _ check: @escaping @Sendable (any ContractHub) async throws -> Void) {
    self.sentence = sentence
    self.check = check
  }

  public var description: String { sentence }
}

/// The driver or the hub did not keep to the rule.
public struct ContractViolation: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Throws a violation unless `condition` holds.
func demand(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
  if !condition { throw ContractViolation(sentence()) }
}

/// Throws a violation unless `body` throws `expected`.
func demand<Failure: Error & Equatable>(
  _ expected: Failure, from body: () async throws -> Void
) async throws {
  do {
    try await body()
  } catch let error as Failure where error == expected {
    return
  }
  throw ContractViolation("\(expected) was not thrown")
}
