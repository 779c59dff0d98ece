"""The vendor's other calls, made by the built program: beside a running station, and without one, on and off the network."""

import json
import sqlite3
import subprocess
import time
import unittest
import xml.etree.ElementTree

from floor import Floor, World
from test_bench import plug, tile

SITE = ["--site", "site-7", "--user", "user-1"]


class Vendor(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def floor(self, hubs):
        floor = Floor(prefix=self.world.prefix, hubs=hubs)
        self.addCleanup(floor.close)
        return floor

    def start(self, floor):
        station = floor.start_station()
        self.wait(lambda: '"live":true' in floor.run("status", "--json", check=False).stdout)
        return station

    def name_organisation(self, floor):
        text = floor.settings.read_text()
        name = f"    authentication: api-key\n    org-id: {floor.cloud_facts['organisation']}\n"
        floor.settings.write_text(text.replace("    authentication: api-key\n", name))

    def rows(self, floor, condition):
        ledger = sqlite3.connect(f"file:{floor.ledger}?mode=ro", uri=True)
        try:
            return ledger.execute(
                f"SELECT seq, kind, json_extract(CAST(body AS TEXT), '$') FROM journal WHERE {condition} ORDER BY seq").fetchall()
        finally:
            ledger.close()

    def control(self, floor, path, body):
        words = [*floor.prefix, "curl", "-sSf", "--max-time", "10", "-d", json.dumps(body),
                 f"{floor.cloud_facts['cloud']}/_simulated/{path}"]
        subprocess.run(words, check=True, capture_output=True)

    def claims(self, floor):
        audit = floor.audit()
        return [(unit.get("status"), unit.get("site")) for unit in audit["units"]], audit["effects"].get("ClaimHub", 0)

    def wait(self, condition):
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, "it never came to that")
            time.sleep(0.2)

    def test_a_batch_for_a_customer_owes_its_claims_with_the_pass_and_the_running_station_is_asked_the_rest(self):
        floor = self.floor(hubs=1)
        serial = floor.hubs[0]["serial"]
        order = ["batch", "open", "WO-9", "--model", "HUB-2", "--vendor", "Example Ltd", "--quantity", "5"]
        refused = floor.run(*order, *SITE, check=False)
        self.assertEqual(refused.returncode, 78, refused.stderr)
        self.assertIn("cloud.vendor.org-id", refused.stderr)
        self.name_organisation(floor)
        station = self.start(floor)
        floor.run(*order, *SITE)
        plug(self.world, "ttyUSB0", floor.hubs[0], "1.2")
        station.wait_for(tile("A2", "PASS"))
        self.wait(lambda: self.claims(floor) == ([("Claimed", "site-7")], 1))
        passed = self.rows(floor, "kind = 'step.done' AND instr(body, '\"pass\"')")[0][0]
        owed = self.rows(floor, "kind = 'outbox.owed' AND instr(body, 'claim-hub')")
        closed = self.rows(floor, "kind = 'attempt.closed'")[0][0]
        self.assertEqual(len(owed), 1)
        self.assertTrue(passed < owed[0][0] < closed, "owed between the pass and the end: one transaction")

        # The same again, by hand: done, and not done twice.
        again = floor.run("claim", serial, *SITE, "--wait")
        self.assertIn("1 done.", again.stdout)
        self.assertEqual(self.claims(floor), ([("Claimed", "site-7")], 1))
        other = floor.run("claim", serial, "--site", "site-8", "--user", "user-1", "--wait", check=False)
        self.assertEqual(other.returncode, 2, other.stdout + other.stderr)
        self.assertIn("1 need a person", other.stdout)
        floor.run("outbox", "give-up", "--kind", "claim-hub", "--reason", "moved instead")
        moved = floor.run("claim", serial, "--site", "site-8", "--user", "user-2", "--move", "--reason", "wrong site", "--wait",
                          check=False)
        self.assertIn("1 done.", moved.stdout, moved.stderr)
        self.assertEqual(self.claims(floor)[0], [("Claimed", "site-8")])

        answer = floor.run("hub", "command", serial, "server_info", "--wait")
        self.assertIn("schema_version", json.loads(answer.stdout))
        label = floor.folder / "key.svg"
        issued = floor.run("key", "issue", "--user", "user-1", "--org", floor.cloud_facts["organisation"], "--note",
                           "front door <2>", "--wait", "--label", label)
        self.assertIn("1 done.", issued.stdout)
        key = json.loads(floor.run("key", "list", "--json").stdout)
        self.assertEqual((key["number"], key["state"]), (1, "settled"))
        words = [text.text for text in xml.etree.ElementTree.parse(label).iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("1", words)
        self.assertIn("front door <2>", words)
        self.assertIn(key["token"], words[-1])
        self.assertEqual(self.duplicate(floor, key), [1])
        self.assertEqual(station.stop(), 0)
        floor.run("ledger", "verify")

    def duplicate(self, floor, key):
        """A second number of the same order shows up: it is shown, previewed, and taken away on confirmation."""
        secret = (floor.cloud_facts["credentials"]["apiKey"])
        note = {"orgId": floor.cloud_facts["organisation"], "note": f"front door <2> [{key['token']}]"}
        words = [*floor.prefix, "curl", "-sSf", "--max-time", "10", "-H", f"X-API-Key: {open(secret).read().strip()}", "-H",
                 "Content-Type: application/json", "-d", json.dumps(note),
                 f"{floor.cloud_facts['cloud']}/users/user-1/AddPhysicalKey"]
        added = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)
        self.assertEqual(added["number"], 2)
        checked = floor.run("key", "check", check=False)
        self.assertIn("2", checked.stdout)
        self.assertIn("station key remove", checked.stdout + checked.stderr)
        kept = floor.run("key", "remove", key["token"], "1", "--yes", check=False)
        self.assertEqual(kept.returncode, 65)
        self.assertIn("is the number of this key", kept.stderr)
        numbers = lambda: sorted(each["number"] for each in floor.audit()["keys"])
        preview = floor.run("key", "remove", key["token"], "2")
        self.assertIn("--yes does it", preview.stdout)
        self.assertEqual(numbers(), [1, 2])
        floor.run("key", "remove", key["token"], "2", "--yes")
        self.wait(lambda: numbers() == [1])
        return numbers()

    def test_a_whole_batch_is_previewed_claimed_without_a_network_and_sent_when_it_is_back(self):
        floor = self.floor(hubs=3)
        self.name_organisation(floor)
        station = self.start(floor)
        floor.run("batch", "open", "WO-9", "--model", "HUB-2", "--vendor", "Example Ltd", "--quantity", "5")
        for number, hub in enumerate(floor.hubs):
            plug(self.world, f"ttyUSB{number}", hub, "1.2")
            station.wait_for(lambda event: tile("A2", "PASS")(event) and event.get("registration") == "registered")
            self.world.tell(f"unplug ttyUSB{number}")
            station.wait_for(tile("A2", "EMPTY"))
        self.assertEqual(station.stop(), 0)

        claim = ["claim", "--batch", "WO-9"]
        nobody = floor.run(*claim, check=False)
        self.assertEqual(nobody.returncode, 65)
        self.assertIn("opened for no customer", nobody.stderr)
        planned = floor.run(*claim, *SITE, "--dry-run")
        self.assertEqual(planned.stdout.count("planned"), 3)
        self.assertEqual(self.rows(floor, "instr(body, 'claim-hub')"), [], "a dry run writes nothing")

        self.control(floor, "offline", {"seconds": 12})
        away = floor.run(*claim, *SITE, "--wait", "--within", "3", check=False)
        self.assertEqual(away.returncode, 75, away.stdout + away.stderr)
        self.assertIn("3 still to send", away.stdout)
        self.assertIn("3", away.stderr, "it tells how many are left")
        self.assertEqual(len(self.rows(floor, "kind = 'outbox.owed' AND instr(body, 'claim-hub')")), 3)
        time.sleep(12)
        self.assertEqual(self.claims(floor), ([("Provisioned", None)] * 3, 0))
        floor.run("sync")
        self.assertEqual(self.claims(floor), ([("Claimed", "site-7")] * 3, 3))
        again = floor.run(*claim, *SITE, "--wait")
        self.assertIn("3 done.", again.stdout)
        self.assertEqual(self.claims(floor)[1], 3, "claimed once each")
        floor.run("ledger", "verify")


if __name__ == "__main__":
    unittest.main()
