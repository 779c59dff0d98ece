"""Work orders, badges, decisions and campaigns beside a running station: every verb goes through its Door."""

import itertools
import json
import sqlite3
import unittest

from floor import Floor, World
from test_bench import plug, tile


class Desk(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def rows(self, floor, condition):
        ledger = sqlite3.connect(f"file:{floor.ledger}?mode=ro", uri=True)
        try:
            return ledger.execute(f"SELECT actor, kind, slot, body FROM journal WHERE {condition} ORDER BY seq").fetchall()
        finally:
            ledger.close()

    def test_a_batch_is_opened_made_signed_held_shipped_and_closed_while_the_station_runs(self):
        floor = Floor(prefix=self.world.prefix, hubs=2)
        self.addCleanup(floor.close)
        station = floor.start_station()
        plug(self.world, "ttyUSB0", floor.hubs[0], "1.2")
        station.wait_for(lambda event: tile("A2", "PASS")(event) and event.get("registration") == "registered")
        self.world.tell("unplug ttyUSB0")
        station.wait_for(tile("A2", "EMPTY"))

        first, second = (hub["serial"] for hub in floor.hubs)
        model = json.loads(floor.run("units", "--json").stdout)["model"]
        order = ["batch", "open", "WO-1", "--model", model, "--vendor", "Example Ltd", "--first", second, "--last", second,
                 "--as", "clerk-7", "--json"]
        self.assertEqual(json.loads(floor.run(*order, "--dry-run").stdout)["state"], "planned")
        self.assertEqual(json.loads(floor.run(*order).stdout)["state"], "open")
        floor.run("badge", "4711")
        plug(self.world, "ttyUSB1", floor.hubs[1], "1.2")
        station.wait_for(lambda event: tile("A2", "PASS")(event) and event.get("registration") == "registered")
        made = [row for row in self.rows(floor, "attempt IS NOT NULL") if row[0] == "4711"]
        self.assertTrue(any(row[1] == "attempt.closed" for row in made), "the badge signs what is made")
        self.assertIn(b'"batch":"WO-1"', b"".join(row[3] for row in made))
        batch = json.loads(floor.run("batch", "show", "WO-1", "--json").stdout)
        self.assertEqual((batch["counts"]["passed"], batch["counts"]["registered"]), (1, 1))

        # The first hub again: it was finished before there were batches, and stays what it is.
        self.world.tell("unplug ttyUSB1")
        station.wait_for(tile("A2", "EMPTY"))
        plug(self.world, "ttyUSB2", floor.hubs[0], "1.2")
        station.wait_for(tile("A2", "PASS"))
        self.world.tell("unplug ttyUSB2")
        station.wait_for(tile("A2", "EMPTY"))

        floor.run("hold", second, "--reason", "scratched", "--as", "qa-1")
        plug(self.world, "ttyUSB3", floor.hubs[1], "1.2")
        refused = station.wait_for(tile("A2", "FAIL"))
        self.assertIn("on hold: scratched", json.dumps(refused))
        self.world.tell("unplug ttyUSB3")
        floor.run("release", second, "--reason", "polished", "--as", "qa-1")
        floor.run("ship", second, "--reason", "delivery 1", "--as", "clerk-7")
        recall = floor.run("campaign", "start", "RC-1", "--act", "recall", "--batch", "WO-1", "--reason", "fire", "--as", "qa-1")
        self.assertIn("1 of 1 done", recall.stdout)
        unit = json.loads(floor.run("unit", second, "--json").stdout)
        self.assertEqual(unit["unit"]["disposition"], "recalled")
        self.assertEqual([note["word"] for note in unit["holds"]], ["held", "freed", "shipped", "recalled", "campaign"])
        self.assertEqual({note["actor"] for note in unit["holds"]}, {"qa-1", "clerk-7"})

        floor.run("batch", "close", "WO-1", "--reason", "done", "--as", "clerk-7")
        floor.run("badge", "--out")
        plug(self.world, "ttyUSB4", floor.hubs[0], "1.2")
        station.wait_for(tile("A2", "PASS"))
        self.assertEqual(station.stop(), 0)
        floor.run("ledger", "verify")
        scans = self.rows(floor, "kind = 'station.badge'")
        self.assertEqual(scans[0][0], "4711")
        self.assertEqual(json.loads(scans[1][3]), {"before": "4711"})

    def test_a_hub_is_reworked_adopted_and_scrapped_while_the_station_runs(self):
        floor = Floor(prefix=self.world.prefix)
        self.addCleanup(floor.close)
        hub = floor.hubs[0]
        serial = hub["serial"]
        plugs = itertools.count()

        def visit(station, face, **also):
            name = f"ttyUSB{next(plugs)}"
            plug(self.world, name, hub, "1.2")
            shown = station.wait_for(
                lambda event: tile("A2", face)(event) and all(event.get(key) == value for key, value in also.items()))
            self.world.tell(f"unplug {name}")
            station.wait_for(tile("A2", "EMPTY"))
            return json.dumps(shown)

        def certificate():
            return (floor.identity(hub) / "certificate.pem").read_text()

        def registered():
            unit, = floor.audit()["units"]
            self.assertEqual((unit["provisioned"], unit["status"]), (1, "Provisioned"))
            return sorted((held["status"], held["attached"]) for held in unit["certificates"])

        station = floor.start_station()
        visit(station, "PASS", registration="registered")
        old = certificate()
        order = ["rework", serial, "--reason", "storage replaced", "--as", "qa-1"]
        self.assertIn("would be in rework", floor.run(*order, "--dry-run").stdout)
        self.assertIn("is in rework", floor.run(*order).stdout)
        visit(station, "PASS", registration="registered")
        new = certificate()
        self.assertNotEqual(new, old)
        floor.run("sync")
        self.assertEqual(registered(), [("ACTIVE", True), ("REVOKED", False)])
        self.assertEqual(station.stop(), 0)

        # Another station with the same issuing CA, which never saw this hub.
        elsewhere = floor.folder / "line-1"
        elsewhere.mkdir()
        for path in [*floor.folder.glob("ledger.sqlite*"), floor.folder / "record"]:
            path.rename(elsewhere / path.name)
        (floor.folder / "record").mkdir()
        station = floor.start_station()
        self.assertIn("finished on another station", visit(station, "FAIL"))
        taken = floor.run("adopt", serial, "--reason", "made on line 1", "--as", "qa-1", "--json").stdout
        self.assertIn("taken in when it is put in again", json.loads(taken)["state"])
        visit(station, "PASS", registration="registered")
        self.assertEqual(certificate(), new)
        self.assertEqual(registered(), [("ACTIVE", True), ("REVOKED", False)])
        again = floor.run("adopt", serial, "--reason", "twice", check=False)
        self.assertEqual(again.returncode, 65, again)
        self.assertIn("it was finished here", again.stderr)

        floor.run("scrap", serial, "--reason", "board broken", "--as", "qa-1")
        self.assertIn("was scrapped", visit(station, "FAIL"))
        self.assertEqual(station.stop(), 0)
        floor.run("ledger", "verify")


if __name__ == "__main__":
    unittest.main()
