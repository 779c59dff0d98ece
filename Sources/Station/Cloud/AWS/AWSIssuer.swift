import CertForge
import Foundation

/// AWS IoT as the issuer: it signs the hub's request while the hub stands on the bench, so it needs the network.
///
/// The certificate is made INACTIVE and is activated by the outbox once Thing, principal and policy are there. An answer
/// that is lost leaves a certificate that nobody can look up: INACTIVE, attached to nothing, and found by
/// `station aws sweep`. Therefore only refusals that come before the effect are tried again here.
struct AWSIssuer: Issuer {
  let name = IssuerName.aws
  var client: AWSIoTClient
  var clock: any StationClock
  var randomness: any Randomness
  /// How often a call that AWS throttles is made in all; other slots and stations share the account's quota.
  var mostCalls = 6
  var schedule = RetrySchedule(base: .seconds(1), cap: .seconds(10), leastShare: 0.25)

  /// The longest Retry-After that a hub on the bench waits for.
  static let longestRetryAfter = Duration.seconds(60)

  /// AWS gives no CA of these certificates away, and a hub's peer is AWS itself.
  var authority: Certificate? { nil }
  var notBefore: Timestamp { StationVersion.released }

  func issue(_ request: SigningRequest, thing: String, serial: SerialNumber, now: Timestamp)
    async throws(Fault)
    -> Certificate
  {
    guard request.commonName == thing, request.serialNumber == serial.text else {
      throw refused(serial, "the request names another hub")
    }
    let made = try await create(request, serial: serial)
    let certificate: Certificate
    do throws(CertForgeError) { certificate = try Certificate(pem: made.certificatePem) } catch {
      throw refused(serial, "AWS IoT gave no certificate: \(error.description)")
    }
    // Every later call names the certificate by this id.
    guard certificate.fingerprint == made.certificateId else {
      throw refused(serial, "AWS IoT gave it another id than its SHA-256")
    }
    return certificate
  }

  /// Wider than for a CA of our own, whose signature can be checked: whatever AWS signed, and whatever names this serial.
  func recognises(_ held: Certificate, serial: SerialNumber) -> Bool {
    held.subjectSerialNumber == serial.text || held.issuer.contains("Amazon Web Services")
  }

  private func create(_ request: SigningRequest, serial: SerialNumber) async throws(Fault)
    -> AWSIoTClient.IssuedCertificate
  {
    var calls = 0
    while true {
      calls += 1
      do throws(Fault) {
        return try await client.createCertificateFromCSR(request.pem).value
      } catch {
        guard error.code == .throttled, calls < mostCalls, error.retryAfter ?? .zero <= Self.longestRetryAfter
        else { throw unavailable(error, serial) }
        let wait = schedule.delay(attempt: calls, retryAfter: error.retryAfter, randomness: randomness)
        do { try await clock.sleep(for: wait) } catch { throw Fault(.requestCancelled) }
      }
    }
  }

  private func refused(_ serial: SerialNumber, _ cause: String) -> Fault {
    Fault(.issuerRefused, ["serial": serial.text, "cause": cause])
  }

  /// What the line's tile says: whether to wait for the network or for the engineer.
  private func unavailable(_ fault: Fault, _ serial: SerialNumber) -> Fault {
    var values = fault.values
    values["serial"] = serial.text
    values["code"] = fault.code.rawValue
    let cause: String? =
      switch fault.code {
      case .networkUnreachable: "no network to AWS IoT"
      case .networkTimeout: "AWS IoT did not answer"
      case .tlsRefused: "no safe connection to AWS IoT"
      case .answerNotUnderstood: "a stranger answers for AWS IoT"
      case .serverFailed: "AWS IoT failed"
      case .throttled: "AWS IoT asks for fewer calls"
      default: nil
      }
    if let cause {
      values["cause"] = cause
      values["waitsFor"] = "network"
      return Fault(.issuerUnavailable, values)
    }
    switch fault.code {
    case .credentialsMissing: values["cause"] = fault.values["cause"] ?? "no AWS credentials"
    case .credentialsRefused: values["cause"] = fault.values["cause"] ?? "AWS refuses the credentials"
    case .privilegeMissing: values["cause"] = "no right to CreateCertificateFromCsr"
    case .clockSkewed: values["cause"] = "AWS says that the clock is wrong"
    case .requestCancelled: return fault
    default: return refused(serial, fault.values["message"] ?? fault.code.rawValue)
    }
    return Fault(.issuerUnavailable, values)
  }
}
