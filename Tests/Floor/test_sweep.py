"""`station aws sweep` through the built program, against a cloud in a process of its own."""

import datetime
import hashlib
import json
import subprocess
import unittest

import audit
from floor import Floor


class Sweep(unittest.TestCase):
    def setUp(self):
        self.floor = Floor(hubs=2, issuer="aws")
        self.addCleanup(self.floor.close)

    def provision(self, hub):
        return self.floor.run("provision", hub["device"], check=False)

    def faults(self, *rules):
        self.floor.tell_cloud("faults", {"seed": 1, "rules": [
            {"operation": operation, "fault": fault, "perMille": 1000, **more} for operation, fault, more in rules]})

    def certificates(self):
        """id -> status of every certificate of the account."""
        cloud = self.floor.audit()
        held = [each for unit in cloud["units"] for each in unit["certificates"]] + cloud["orphans"]
        return {each["id"]: each["status"] for each in held}

    def age(self, *more):
        """Two hours go by for what the account holds: nothing younger than one is touched. `more` came in beside it."""
        def earlier(fields):
            made = datetime.datetime.fromisoformat(fields["created"]) - datetime.timedelta(hours=2)
            fields["created"] = made.isoformat(timespec="milliseconds").replace("+00:00", "Z")

        def change(lines):
            for line in lines:
                for name in ("certificateCreated", "certificateRegistered"):
                    if name in line:
                        earlier(line[name]["_0"])
            return lines + list(more)

        self.floor.restart_cloud(change)

    @staticmethod
    def strange():
        """A certificate of somebody else, INACTIVE and bare like an orphan of ours."""
        pem = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             "/dev/null", "-subj", "/CN=somebody else"], capture_output=True, check=True, text=True).stdout
        der = subprocess.run(
            ["openssl", "x509", "-outform", "DER"], input=pem.encode(), capture_output=True, check=True).stdout
        return hashlib.sha256(der).hexdigest(), pem

    def sweep(self, *words):
        """Findings by their certificates, and the summary."""
        lines = [json.loads(line) for line in self.floor.run("aws", "sweep", "--json", *words).stdout.splitlines()]
        return {finding["certificate"]: finding for finding in lines[:-1]}, lines[-1]

    def test_a_dry_run_lists_and_removes_nothing_and_yes_removes_what_no_hub_will_use(self):
        first, second = self.floor.hubs
        self.faults(("CreateCertificateFromCsr", {"droppedAfter": {}}, {"times": 1}))
        self.assertNotEqual(self.provision(first).returncode, 0, "the answer was not lost")
        (lost,) = self.certificates()
        self.assertEqual(self.provision(first).returncode, 0)
        self.floor.run("sync")
        # The second hub has passed, and the cloud does not hear of it: its certificate is INACTIVE, bare, and needed.
        self.faults(("CreateThing", {"refused": {}}, {}))
        self.provision(second)
        (needed,) = (each for each, status in self.certificates().items() if status == "INACTIVE" and each != lost)
        # Nothing is old enough yet.
        findings, summary = self.sweep("--yes")
        self.assertEqual((findings, summary["removed"], summary["counts"]["young"]), ({}, 0, 1))

        foreign, pem = self.strange()
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.age({"certificateRegistered": {"_0": {
            "id": foreign, "pem": pem, "status": "INACTIVE", "notBefore": now, "notAfter": now, "created": "2026-01-01T00:00:00.000Z",
            "modified": now, "policies": []}}})
        before = self.certificates()
        self.assertEqual(sorted(before.values()), ["ACTIVE", "INACTIVE", "INACTIVE", "INACTIVE"])
        said = self.floor.run("aws", "sweep")
        self.assertIn(lost[:16], said.stdout)
        self.assertIn("would be removed: the answer to its request was lost", said.stdout)
        self.assertIn("1 of 4 certificates would be removed: repeat with --yes.", said.stdout)
        self.assertNotIn(needed[:16], said.stdout)
        self.assertNotIn(foreign[:16], said.stdout)
        self.assertIn("4 certificates listed", said.stderr, "no progress")
        findings, summary = self.sweep()
        self.assertEqual(summary, {
            "counts": {"active": 1, "foreign": 1, "known": 1, "lost": 1}, "dryRun": True, "listed": 4, "removed": 0})
        self.assertEqual(list(findings), [lost])
        self.assertEqual(
            (findings[lost]["verdict"], findings[lost]["removed"], findings[lost]["serial"]),
            ("lost", False, first["serial"]))
        self.assertEqual(self.certificates(), before)

        findings, summary = self.sweep("--yes")
        self.assertEqual((list(findings), findings[lost]["removed"]), ([lost], True))
        self.assertEqual((summary["removed"], summary["dryRun"]), (1, False))
        del before[lost]
        self.assertEqual(self.certificates(), before)
        self.assertEqual(self.floor.run("aws", "sweep", "--yes").stdout, "0 of 3 certificates removed.\n")
        self.assertEqual(self.floor.run("aws", "sweep").stdout, "No orphan among 3 certificates.\n")

        # What was kept is what the second hub needed.
        self.faults()
        self.floor.run("sync")
        self.assertEqual(self.certificates().pop(needed), "ACTIVE")
        audit.check(self.floor)

    def test_what_came_into_use_is_kept_and_said(self):
        first, _ = self.floor.hubs
        self.faults(("CreateCertificateFromCsr", {"droppedAfter": {}}, {"times": 1}))
        self.provision(first)
        (lost,) = self.certificates()
        self.assertEqual(self.provision(first).returncode, 0)
        self.floor.run("sync")
        self.age({"policyAttached": {"policy": "hub-identity", "certificate": lost}})
        said = self.floor.run("aws", "sweep", "--yes")
        self.assertIn("kept: has the policy hub-identity", said.stdout)
        self.assertIn("0 of 2 certificates removed.", said.stdout)
        self.assertEqual(self.certificates()[lost], "INACTIVE")

    def test_a_cloud_that_refuses_ends_it_with_a_sentence_and_removes_nothing(self):
        self.assertEqual(self.provision(self.floor.hubs[0]).returncode, 0)
        self.faults(("ListCertificates", {"refused": {}}, {}))
        said = self.floor.run("aws", "sweep", "--yes", check=False)
        self.assertEqual(said.returncode, 77, said.stderr)
        self.assertIn("credentials", said.stderr)
        self.assertEqual(said.stdout, "")
        wrong = self.floor.run("aws", "sweep", "--no", check=False)
        self.assertEqual(wrong.returncode, 64)


if __name__ == "__main__":
    unittest.main()
