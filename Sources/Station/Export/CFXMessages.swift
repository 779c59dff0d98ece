import Foundation

/// The messages of an attempt, in the order in which a machine on the line would have sent them: WorkStarted, UnitsTested,
/// UnitsPersonalized where it passed, WorkCompleted.
struct CFXMessages: Hashable, Sendable {
  var started: CFXEnvelope<CFXWorkStarted>
  var tested: CFXEnvelope<CFXUnitsTested>
  var personalized: CFXEnvelope<CFXUnitsPersonalized>?
  var completed: CFXEnvelope<CFXWorkCompleted>

  /// - Parameter characteristics: title and value of each column that the profile wants.
  init(_ attempt: FinishedAttempt, serial: String, characteristics: [(title: String, value: String)]) {
    let transaction = attempt.attempt.uuid
    func envelope<Message>(_ message: Message, at time: Timestamp) -> CFXEnvelope<Message> {
      CFXEnvelope(
        timeStamp: time, uniqueID: attempt.attempt.derivedUUID(Message.name), source: attempt.station,
        messageBody: message)
    }
    started = envelope(
      CFXWorkStarted(
        transactionID: transaction,
        units: [.init(unitIdentifier: serial, positionName: attempt.slot?.text)]),
      at: attempt.opened)
    tested = envelope(CFXUnitsTested(attempt, serial: serial, transaction: transaction), at: attempt.closed)
    completed = envelope(
      CFXWorkCompleted(transactionID: transaction, result: .init(attempt.outcome)), at: attempt.closed)
    guard attempt.outcome == .passed else { return }
    let unit = CFXUnitsPersonalized.PersonalizedUnit(
      unitIdentifier: serial,
      characteristics: characteristics.filter { !$0.value.isEmpty }.map {
        .init(name: $0.title, value: $0.value)
      })
    personalized = envelope(
      CFXUnitsPersonalized(transactionId: transaction, personalizedUnits: [unit]), at: attempt.closed)
  }

  /// One line for each.
  func write(with encoder: JSONEncoder, to output: inout [UInt8]) throws {
    func add(_ message: some Encodable) throws {
      output += try encoder.encode(message)
      output.append(0x0A)
    }
    try add(started)
    try add(tested)
    if let personalized { try add(personalized) }
    try add(completed)
  }
}
