/// Asks both clouds without changing anything, and says what came of it.
enum CloudDoctor {
  static func examine(_ station: StationSettings) async -> [DoctorFinding] {
    let settings = station.cloud
    // Nothing is kept: the station asks for itself.
    let nowhere = EndpointStore(get: { _ in nil }, set: { _, _ in })
    let effects: CloudEffects
    do throws(Fault) { effects = try CloudEffects(settings, store: nowhere) } catch {
      return [DoctorFinding(verdict: .bad, subject: "cloud", text: Wording(error).line)]
    }
    var findings = await effects.findings(issuing: station.issuer == .aws).map { finding($0, settings) }
    if case .https(let address)? = station.record {
      findings.append(await record(address, of: station.station, effects))
    }
    await effects.shutdown()
    return findings
  }

  /// Asks the second place how far it is; it is told nothing.
  private static func record(_ address: String, of station: String, _ effects: CloudEffects) async
    -> DoctorFinding
  {
    do throws(Fault) {
      let sink = try HTTPSSink(address, exchange: effects.exchange)
      let position = try await sink.open(station: station, known: nil)
      return DoctorFinding(verdict: .good, subject: "record", text: "\(sink.place) has \(position.last) rows")
    } catch { return DoctorFinding(verdict: .weak, subject: "record", text: Wording(error).line) }
  }

  /// Without a network units go on being made: what the cloud lacks is weak, never bad; but endpoints that nobody knows
  /// stop the line.
  private static func finding(_ finding: CloudFinding, _ settings: CloudSettings) -> DoctorFinding {
    let subject = finding.subject.rawValue
    guard let fault = finding.fault else {
      let text = finding.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
        separator: ", ")
      return DoctorFinding(verdict: .good, subject: subject, text: PrintableText.of(text, limit: 400))
    }
    // With AWS as the issuer no hub can be made either.
    let stops =
      fault.code == .endpointUnknown && settings.aws.dataEndpoint == nil
      || finding.subject == .awsIssuer
    return DoctorFinding(verdict: stops ? .bad : .weak, subject: subject, text: Wording(fault).line)
  }
}
