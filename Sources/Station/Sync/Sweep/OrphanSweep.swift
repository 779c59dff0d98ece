import CertForge
import Foundation

/// Looks through the account for certificates that AWS made at this station's request and that no hub will ever use.
struct OrphanSweep: Sendable {
  /// One certificate that is worth a line. The keys are stable.
  struct Finding: Hashable, Sendable, Codable {
    var certificate: String
    var verdict: OrphanVerdict
    /// Of its subject.
    var thing: String?
    var serial: String?
    var created: Timestamp
    var removed: Bool
    /// What uses it.
    var detail: String?
  }

  struct Report: Hashable, Sendable {
    var findings: [Finding] = []
    /// Certificates of the account, by what they are.
    var counts: [OrphanVerdict: Int] = [:]
    var listed = 0
  }

  enum Progress: Hashable, Sendable {
    case listed(Int)
    case looked(Int, of: Int)
  }

  let registrar: AWSRegistrar
  let register: IssuedRegister
  var clock: any StationClock = SystemClock()
  var randomness: any Randomness = SystemRandomness()
  /// The account's quotas are shared with every station.
  var callsPerSecond = 5.0
  /// Nothing younger is touched: a request on its way takes seconds.
  var leastAge = Duration.seconds(3600)
  /// How often a call is made that is throttled or gets no answer.
  var mostCalls = 6

  /// - Parameter removing: false: only look.
  func run(removing: Bool, progress: (Progress) -> Void = { _ in }) async throws(Fault) -> Report {
    var report = Report()
    let candidates = try await list(&report, progress)
    for (index, candidate) in candidates.enumerated() {
      progress(.looked(index, of: candidates.count))
      let found = try await patiently { () async throws(Fault) in
        try await examine(candidate, removing: removing)
      }
      report.counts[found.verdict, default: 0] += 1
      if found.verdict != .foreign { report.findings.append(found) }
      try await pause(calls: 4)
    }
    progress(.looked(candidates.count, of: candidates.count))
    return report
  }

  private struct Candidate {
    var id: String
    var created: Timestamp
    var verdict: OrphanVerdict?
  }

  private func list(_ report: inout Report, _ progress: (Progress) -> Void) async throws(Fault) -> [Candidate]
  {
    var candidates: [Candidate] = []
    var marker: String?
    repeat {
      let page = try await patiently { [marker] () async throws(Fault) in
        try await registrar.client.listCertificates(after: marker)
      }
      // By AWS's clock, which the station knows from the first answer on.
      let youngest = clock.now().advanced(by: registrar.client.offset.value - leastAge)
      for listed in page.certificates {
        report.listed += 1
        let created = listed.creationDate.flatMap { Timestamp(seconds: $0) }
        let verdict = register.verdict(
          id: listed.certificateId, status: listed.status, created: created, before: youngest)
        if let verdict, !verdict.isOrphan {
          report.counts[verdict, default: 0] += 1
        } else if let created {
          candidates.append(Candidate(id: listed.certificateId, created: created, verdict: verdict))
        }
      }
      progress(.listed(report.listed))
      marker = page.next
      try await pause(calls: 1)
    } while marker != nil
    return candidates
  }

  /// May be repeated: what was removed in the meantime is gone.
  private func examine(_ candidate: Candidate, removing: Bool) async throws(Fault) -> Finding {
    var finding = Finding(
      certificate: candidate.id, verdict: candidate.verdict ?? .foreign, created: candidate.created,
      removed: false)
    guard let described = try await registrar.client.describeCertificate(candidate.id)?.value else {
      // Gone since it was listed.
      finding.verdict = .foreign
      return finding
    }
    // One that this station asked for can be read; any other is not ours to judge.
    guard let certificate = described.certificatePem.flatMap({ try? Certificate(pem: $0) }),
      certificate.fingerprint == candidate.id
    else { return finding }
    finding.thing = certificate.commonName
    finding.serial = certificate.subjectSerialNumber
    if candidate.verdict == nil {
      finding.verdict = register.verdict(key: certificate.publicKey.fingerprint, created: candidate.created)
    }
    guard finding.verdict.isOrphan else { return finding }
    do throws(Fault) {
      try await requireNoPolicy(candidate.id)
      if removing {
        _ = try await registrar.remove(candidate.id, thing: certificate.commonName)
        finding.removed = true
      } else {
        try await registrar.requireUnused(candidate.id, thing: certificate.commonName)
      }
    } catch {
      guard error.code == .certificateInUse else { throw error }
      finding.verdict = .inUse
      finding.detail = error.values["message"]
    }
    return finding
  }

  private func requireNoPolicy(_ certificate: String) async throws(Fault) {
    let arn = registrar.client.names.certificate(certificate)
    guard let policies = try await registrar.client.listAttachedPolicies(arn), !policies.isEmpty else {
      return
    }
    throw Fault(
      .certificateInUse,
      ["certificate": certificate, "message": "has the policy \(policies.joined(separator: " "))"])
  }

  // MARK: Manners

  private func pause(calls: Double) async throws(Fault) {
    do { try await clock.sleep(for: .seconds(calls / callsPerSecond)) } catch {
      throw Fault(.requestCancelled)
    }
  }

  private func patiently<Value: Sendable>(_ call: () async throws(Fault) -> Value) async throws(Fault)
    -> Value
  {
    let schedule = RetrySchedule(base: .seconds(1), cap: .seconds(20), leastShare: 0.5)
    var calls = 0
    while true {
      calls += 1
      do throws(Fault) { return try await call() } catch {
        let mayPass = error.code == .throttled || error.disposition == .waitForNetwork
        guard mayPass, calls < mostCalls else { throw error }
        let wait = schedule.delay(attempt: calls, retryAfter: error.retryAfter, randomness: randomness)
        do { try await clock.sleep(for: wait) } catch { throw Fault(.requestCancelled) }
      }
    }
  }
}
