import ArgumentParser
import Foundation

/// What `aws sweep --json` prints last, after one object for each finding. The keys are stable.
struct SweepSummary: Codable {
  /// Certificates of the account.
  var listed: Int
  /// By verdict.
  var counts: [String: Int]
  var removed: Int
  /// Whether nothing was to be removed.
  var dryRun: Bool
}

struct AWSSweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract:
      "Find certificates that AWS made for this station and that no hub will use; with --yes remove them.",
    discussion: """
      With `issuer: aws` an answer that is lost on the way leaves a certificate that nothing tells of: INACTIVE, attached
      to nothing. It is told apart by its public key: that of a request in this ledger, of which the ledger has no
      certificate. Where hubs make their keys, the hub must also have been finished here since. Never touched: what is
      ACTIVE, attached, has a policy, is younger than an hour, is in this ledger and not void, or is another station's.

      Works beside a running station, and reads only this ledger: run it at each station. It removes nothing without
      --yes. Needs iot:ListCertificates and iot:ListAttachedPolicies (Packaging/aws).

      Examples:
        station aws sweep
        station aws sweep --json
        station aws sweep --yes
      """)

  @Flag(help: "Remove what was found.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try options.loadSettings()
      let reader = try options.reading()
      defer { try? reader.close() }
      let nowhere = EndpointStore(get: { _ in nil }, set: { _, _ in })
      let effects = try CloudEffects(settings.cloud, store: nowhere)
      let result: Result<OrphanSweep.Report, Fault>
      do throws(Fault) {
        result = .success(try await sweep(reader, effects, settings.cloud))
      } catch { result = .failure(error) }
      await effects.shutdown()
      show(try result.get())
      return .done
    }
  }

  private func sweep(_ reader: LedgerReader, _ effects: CloudEffects, _ cloud: CloudSettings)
    async throws(Fault) -> OrphanSweep.Report
  {
    let register = try await IssuedRegister(reader) { tell("record: \($0) rows read") }
    var sweep = OrphanSweep(registrar: effects.registrar, register: register)
    sweep.callsPerSecond = min(cloud.callsPerSecond, sweep.callsPerSecond)
    return try await sweep.run(removing: yes) { progress in
      switch progress {
      case .listed(let count): tell("AWS IoT: \(count) certificates listed")
      case .looked(let done, let all) where done == all || done % 25 == 0:
        tell("AWS IoT: \(done) of \(all) looked at")
      case .looked: break
      }
    }
  }

  /// Progress goes to standard error, so that the result can be piped.
  private func tell(_ text: String) { if !options.json { options.complain(text) } }

  private func show(_ report: OrphanSweep.Report) {
    let removed = report.findings.count { $0.removed }
    if options.json {
      for finding in report.findings { print(JSONLine.text(finding)) }
      let counts = Dictionary(uniqueKeysWithValues: report.counts.map { ($0.key.rawValue, $0.value) })
      print(
        JSONLine.text(
          SweepSummary(listed: report.listed, counts: counts, removed: removed, dryRun: !yes)))
      return
    }
    var table = TextTable("CERTIFICATE", "MADE", "SERIAL", "")
    for finding in report.findings {
      let action = finding.removed ? "removed" : finding.verdict.isOrphan ? "would be removed" : "kept"
      table.add(
        String(finding.certificate.prefix(16)) + "…", String(finding.created.description.prefix(19)),
        PrintableText.of(finding.serial ?? "-", limit: 40),
        "\(action): \(PrintableText.of(finding.detail ?? finding.verdict.words, limit: 120))")
    }
    if !table.isEmpty { table.print() }
    let orphans = report.findings.count { $0.verdict.isOrphan }
    print(
      yes
        ? "\(removed) of \(report.listed) certificates removed."
        : orphans == 0
          ? "No orphan among \(report.listed) certificates."
          : "\(orphans) of \(report.listed) certificates would be removed: repeat with --yes.")
  }
}
