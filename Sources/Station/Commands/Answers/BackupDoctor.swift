import CKernel
import Foundation
import Glibc

/// What `doctor` finds about the automatic backups. None of it stops the line.
struct BackupDoctor: Sendable {
  let settings: StationSettings
  let clock: any StationClock

  var findings: [DoctorFinding] {
    guard let backup = settings.backup else {
      return [weak("no automatic backups: name `backup` in the settings")]
    }
    let folder = backup.folder
    var (here, there) = (station_file_facts(), station_file_facts())
    guard station_file_facts_at(folder, true, &there) == 0, there.mode & S_IFMT == S_IFDIR else {
      return [weak("\(folder) is not there: mount it or make it")]
    }
    if access(folder, W_OK) != 0 { return [weak("\(folder) cannot be written by this user")] }
    var findings: [DoctorFinding] = []
    let own = URL(filePath: settings.ledger).deletingLastPathComponent().path(percentEncoded: false)
    if station_file_facts_at(own, true, &here) == 0, here.device == there.device {
      findings.append(weak("\(folder) is on the same disk as the ledger: one broken disk takes both"))
    }
    do throws(Fault) {
      let backups = BackupFolder(path: folder, station: settings.station)
      // Without a ledger nobody can say whose they are.
      let names =
        BackupFile.exists(settings.ledger)
        ? try backups.own(settings.ledger, limit: 1) : try backups.automatic()
      findings.append(judge(names.last, every: backup.every))
    } catch { findings.append(weak(Wording(error).line)) }
    return findings
  }

  private func judge(_ newest: BackupName?, every: Duration) -> DoctorFinding {
    guard let newest else {
      return finding(.good, "\(settings.backup?.folder ?? ""), none yet; `station run` makes one")
    }
    // One that is missed is noticed before the next one is due.
    guard newest.time.advanced(by: every * 2) > clock.now() else {
      return weak("the newest is from \(newest.time): was the station off, or see its log")
    }
    return finding(.good, "the newest is from \(newest.time), \(newest.row) rows")
  }

  private func weak(_ text: String) -> DoctorFinding { finding(.weak, text) }

  private func finding(_ verdict: DoctorFinding.Verdict, _ text: String) -> DoctorFinding {
    DoctorFinding(verdict: verdict, subject: "backup", text: PrintableText.of(text, limit: 400))
  }
}
