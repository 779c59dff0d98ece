import CKernel
import CertForge
import Foundation
import Glibc

/// What `doctor` found about one thing. The keys are stable.
struct DoctorFinding: Hashable, Sendable, Codable {
  enum Verdict: String, Hashable, Sendable, Codable {
    case good
    /// Works, and should be mended.
    case weak
    /// Would stop the line.
    case bad
  }

  var verdict: Verdict
  var subject: String
  var text: String
}

/// Looks at the machine that settings name: files, rights, room, time, devices. Changes nothing and calls no cloud (see `CloudDoctor`).
struct Doctor: Sendable {
  let settings: StationSettings
  let clock: any StationClock

  /// A unit takes about 20 KiB of journal; a shift must fit many times over.
  private static let leastRoom: UInt64 = 1 << 30

  func examine() async -> [DoctorFinding] {
    var findings = [good("settings", "\(settings.origin.file), all values are good")]
    findings += time()
    findings += await ledger()
    findings += issuer()
    findings += roots()
    findings += hubIDs()
    findings += secrets()
    findings.append(memory())
    findings += record()
    findings += BackupDoctor(settings: settings, clock: clock).findings
    findings += slots()
    if !settings.slots.isEmpty { findings += SerialAccess.here.findings }
    findings.append(good("network", "needs " + hosts.joined(separator: ", ")))
    return findings
  }

  // MARK: Parts

  private func time() -> [DoctorFinding] {
    let now = clock.now()
    guard now >= StationVersion.released else {
      return [bad("clock", Wording(Fault(.clockWrong, ["now": now.description])).line)]
    }
    return clock.state() == .synchronised
      ? [good("clock", "\(now), synchronised")]
      : [weak("clock", "\(now), not synchronised: turn on systemd-timesyncd or chrony")]
  }

  private func ledger() async -> [DoctorFinding] {
    let path = settings.ledger
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: folder) else {
      return [weak("ledger", "\(folder) is not there yet; `station run` makes it if it may")]
    }
    var findings: [DoctorFinding] = []
    if access(folder, W_OK) != 0 {
      findings.append(bad("ledger", "\(folder) cannot be written by this user"))
    }
    var volume = statvfs()
    if statvfs(folder, &volume) == 0 {
      let room = UInt64(volume.f_bavail) * UInt64(volume.f_frsize)
      if room < Self.leastRoom {
        findings.append(weak("ledger", "only \(room >> 20) MiB are free in \(folder)"))
      }
    }
    guard FileManager.default.fileExists(atPath: path) else {
      return findings + [good("ledger", "\(path) will be made")]
    }
    do throws(Fault) {
      let reader = try Ledger.reading(path: path)
      let last = try await reader.lastRow()
      try reader.close()
      if let last, last.time > clock.now() {
        findings.append(
          bad("ledger", "its last row is from \(last.time), later than now: the clock is wrong"))
      }
      findings.append(good("ledger", "\(path), \(last?.sequence ?? 0) rows"))
    } catch { findings.append(bad("ledger", Wording(error).line)) }
    return findings
  }

  private func issuer() -> [DoctorFinding] {
    guard let named = settings.issuer.authority else {
      return [good("issuer", "AWS IoT signs: every hub needs the network before it can be finished")]
    }
    do throws(CertForgeError) {
      let authority = try IssuerFiles.open(named)
      let end = Timestamp(authority.certificate.notAfter)
      guard end > clock.now() else { return [bad("issuer", "the CA ended at \(end)")] }
      if end < named.notAfter {
        return [weak("issuer", "the CA ends at \(end), before issuer.not-after: hubs get the earlier one")]
      }
      return [good("issuer", "\(PrintableText.of(authority.certificate.subject, limit: 80)), until \(end)")]
    } catch { return [bad("issuer", CommandError(error).line)] }
  }

  private func roots() -> [DoctorFinding] {
    do throws(CertForgeError) {
      _ = try settings.trustRoots.read()
      for path in settings.trustedAuthorities { _ = try CertificateFile.read(path) }
      return [good("roots", settings.trustRoots.certificates.map(\.file).joined(separator: ", "))]
    } catch { return [bad("roots", CommandError(error).line)] }
  }

  private func hubIDs() -> [DoctorFinding] {
    do throws(Fault) {
      return try HubIDListFile.read(settings.models).sorted { $0.key < $1.key }
        .map { good("hub-id-list", "\($0.key): \($0.value.hubs.count) hubs") }
    } catch { return [bad("hub-id-list", Wording(error).line)] }
  }

  private func secrets() -> [DoctorFinding] {
    let named: [(String, SecretSource?)] =
      [("api-key", settings.cloud.vendor.apiKey), ("bearer", settings.cloud.vendor.bearer)]
      + settings.profiles.map { ("password", $0.password) }
      + settings.cloud.networks.map { ("cloud.networks, \($0.name): passphrase", $0.passphrase) }
    return named.compactMap { name, source in
      switch source {
      case nil: return nil
      case .command(let words):
        guard let program = words.first, access(program, X_OK) != 0 else { return nil }
        return bad(name, "\(program) cannot be run by this user")
      case .file(let path):
        var facts = station_file_facts()
        guard station_file_facts_at(path, true, &facts) == 0 else {
          return bad(name, "\(path) is not there: write the secret into it, mode 0600")
        }
        if access(path, R_OK) != 0 {
          return bad(name, "\(path) cannot be read by this user: chown it to the station's")
        }
        if facts.mode & 0o077 != 0 { return bad(name, "\(path) can be read by others: chmod 600") }
        return good(name, path)
      }
    }
  }

  /// Where private keys lie while a hub is made, and whether a crash could write them to a disk.
  private func memory() -> DoctorFinding {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0, limit.rlim_max == 0 else {
      return bad("memory", "this process could leave a core dump, with keys in it")
    }
    switch SecureHeap.start() {
    case .locked: return good("memory", "private keys lie in locked memory; core dumps are off")
    case .unlocked:
      return weak(
        "memory",
        "private keys could be swapped to disk: the system locks too little memory; raise LimitMEMLOCK to 8M (ulimit -l 8192)"
      )
    case .absent:
      return weak(
        "memory", "private keys lie in ordinary memory: OpenSSL made no secure heap; core dumps are off")
    }
  }

  private func record() -> [DoctorFinding] {
    switch settings.record {
    case nil: return [weak("record", "no second copy: name `record` in the settings")]
    case .https(let url): return [good("record", url)]
    case .folder(let folder):
      var (here, there) = (station_file_facts(), station_file_facts())
      guard station_file_facts_at(folder, true, &there) == 0, there.mode & S_IFMT == S_IFDIR else {
        return [weak("record", "\(folder) is not there: mount it")]
      }
      if access(folder, W_OK) != 0 { return [weak("record", "\(folder) cannot be written by this user")] }
      let own = URL(filePath: settings.ledger).deletingLastPathComponent().path(percentEncoded: false)
      if station_file_facts_at(own, true, &here) == 0, here.device == there.device {
        return [weak("record", "\(folder) is on the same disk as the ledger: one broken disk takes both")]
      }
      return [good("record", folder)]
    }
  }

  private func slots() -> [DoctorFinding] {
    guard !settings.slots.isEmpty else { return [weak("slots", "none: only `station provision` can work")] }
    let untaught = settings.slots.filter { $0.path == nil }.map(\.name.text)
    return untaught.isEmpty
      ? [good("slots", settings.slots.map(\.name.text).joined(separator: " "))]
      : [weak("slots", "not taught yet: \(untaught.joined(separator: " ")) (station slots teach)")]
  }

  /// For plant IT: what must be reachable.
  private var hosts: [String] {
    let aws = settings.cloud.aws
    let addresses = [
      aws.endpoint ?? "https://iot.\(aws.region).amazonaws.com", settings.cloud.vendor.baseURL,
    ]
    let names = addresses.compactMap { address -> String? in
      guard let parts = URLComponents(string: address), let host = parts.host else { return nil }
      return "\(host):\(parts.port ?? (parts.scheme == "http" ? 80 : 443))"
    }
    return names + (settings.cloud.network.proxy.map { ["by way of \($0)"] } ?? [])
  }

  // MARK: Words

  private func good(_ subject: String, _ text: String) -> DoctorFinding { finding(.good, subject, text) }
  private func weak(_ subject: String, _ text: String) -> DoctorFinding { finding(.weak, subject, text) }
  private func bad(_ subject: String, _ text: String) -> DoctorFinding { finding(.bad, subject, text) }

  private func finding(_ verdict: DoctorFinding.Verdict, _ subject: String, _ text: String) -> DoctorFinding {
    DoctorFinding(verdict: verdict, subject: subject, text: PrintableText.of(text, limit: 400))
  }
}
