"""Everything that a station can be told to write or say about finished units: orders to the clouds with the secrets that
they need, exports in every form, backups, merged ledgers, proofs, letters, reports, lists."""

import contextlib
import json
import pathlib
import sqlite3
import subprocess
import time

ORDER = "WO-1"


class HandedOver:
    """What was handed over of a floor's units: their files lie in `folder`, what was said is in `said`."""

    def __init__(self, floor):
        self.floor = floor
        self.folder = floor.folder / "handed"
        self.backups = floor.folder / "backups"
        self.said = {}

    @staticmethod
    def prepare(floor):
        """Before the station starts: an organisation, a user, a folder for backups, which a station never makes: it may
        be a disk that is not mounted. The settings have a network `showroom`."""
        organisation = json.loads((floor.folder / "cloud.json").read_text().splitlines()[0])["account"]["organisation"]
        text = floor.settings.read_text().replace(
            "    authentication: api-key\n",
            f"    authentication: api-key\n    org-id: {organisation}\n    user-id: user-1\n")
        (floor.folder / "backups").mkdir(mode=0o700)
        floor.settings.write_text(text + f"backup:\n  folder: {floor.folder}/backups\n")

    def begin(self):
        """The order that the units are of, once the station runs."""
        while '"live":true' not in self.floor.run("status", "--json", check=False).stdout:
            time.sleep(0.05)
        self.verb("batch", "open", ORDER, "--model", "HUB-2", "--vendor", "Example Ltd", "--quantity", 100_000)

    def remove_backups(self):
        for path in self.backups.iterdir():
            path.unlink()

    def await_backup(self, timeout=60):
        """While the station runs: an automatic backup of its own that has a finished unit in it."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for path in self.backups.glob("test-*.auto.sqlite"):
                with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as backup:
                    if backup.execute("SELECT count(*) FROM unit WHERE passed_seq IS NOT NULL").fetchone()[0]:
                        return path
            time.sleep(0.5)
        raise SystemExit(f"no automatic backup in {timeout} s: {self.floor.run('status', check=False).stdout}")

    def verb(self, *words):
        result = self.floor.run(*words, "--as", "clerk-7")
        self.said["station " + " ".join(map(str, words))] = (result.stdout + result.stderr).encode()
        return result.stdout

    def orders(self, hubs):
        """The vendor's other calls; the last unit is scrapped, which ends its certificate."""
        first, last = hubs[0]["serial"], hubs[-1]["serial"]
        self.verb("claim", first, "--site", "site-7", "--user", "user-1", "--wait")
        self.verb("hub", "command", first, "server_info", "--wait")
        answer = self.verb("hub", "command", first, "set_wifi_credentials", "--network", "showroom", "--wait", "--json")
        assert '"settled"' in answer, answer
        self.verb("lock", "add", 1201, "--index", 1, "--uuid", "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11", "--with", first)
        self.verb("key", "issue", "--user", "user-1", "--org", "org-7", "--note", "front door", "--wait")
        self.verb("ship", first, "--reason", "delivery 1")
        self.verb("scrap", last, "--reason", "cracked")
        self.verb("sync")

    def papers(self, hubs):
        self.folder.mkdir()
        place = lambda name: str(self.folder / name)
        first = hubs[0]["serial"]
        self.verb("batch", "close", ORDER, "--reason", "done")
        for profile in ("csv", "excel", "jsonl", "aws-bulk", "mac-list", "certificates"):
            self.verb("export", ORDER, "--profile", profile, "--to", self.folder)
        self.verb("export", ORDER, "--profile", "jsonl", "--tar", "--to", self.folder)
        self.encrypted()
        self.verb("sample", ORDER, "--aql", "1.0")
        self.verb("ledger", "backup", "--to", place("backup.sqlite"))
        self.verb("ledger", "merge", self.floor.ledger, "--to", place("merged.sqlite"))
        pathlib.Path(place("proof")).write_text(self.verb("ledger", "prove", first))
        self.verb("campaign", "start", "RC-1", "--act", "recall", "--batch", ORDER, "--reason", "boot loop")
        self.verb("campaign", "letters", "RC-1", "--format", "csv")
        self.verb("report", "--html", place("report.html"), "--json")
        self.verb("units", "--format", "csv")
        self.verb("unit", first, "--json")
        for words in (("outbox", "list", "--json"), ("status", "--json"), ("seal", "show"), ("lock", "list"), ("key", "list"),
                      ("batch", "show", ORDER, "--json"), ("settings", "check")):
            self.verb(*words)
        # `doctor` may find fault with this machine; what it says is searched all the same.
        doctor = self.floor.run("doctor", "--json", check=False)
        self.said["station doctor"] = (doctor.stdout + doctor.stderr).encode()

    def encrypted(self):
        """For a vendor whose key is openssl's; what it hides is opened, so that it can be searched."""
        vendor = self.floor.folder / "vendor"
        vendor.mkdir(mode=0o700)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             vendor / "key", "-out", vendor / "pem", "-subj", "/CN=vendor", "-days", "2"], check=True, capture_output=True)
        self.verb("export", ORDER, "--profile", "certificates", "--encrypt-to", vendor / "pem", "--to", self.folder)
        (sealed,) = self.folder.glob("*.cms")
        subprocess.run(
            ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", sealed, "-recip", vendor / "pem", "-inkey",
             vendor / "key", "-out", self.folder / "opened.tar"], check=True, capture_output=True)
