"""`station run` as a factory runs it: the real libudev, real terminals with real shells, a cloud in another process."""

import os
import pathlib
import signal
import time
import unittest

import audit
from floor import Floor, World


def tile(slot, word):
    return lambda event: event.get("slot") == slot and event.get("word") == word


def plug(world, name, hub, place):
    device = os.path.realpath(hub["device"])
    world.tell(f"plug {name} pty={device} place=1-{place}")


class Bench(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def floor(self, **more):
        floor = Floor(prefix=self.world.prefix, **more)
        self.addCleanup(floor.close)
        return floor

    def test_a_hub_that_udev_shows_in_a_taught_slot_is_finished_and_one_elsewhere_is_left_alone(self):
        floor = self.floor(hubs=2)
        station = floor.start_station()
        plug(self.world, "ttyUSB0", floor.hubs[0], "1.2")
        plug(self.world, "ttyUSB1", floor.hubs[1], "7.7")
        station.wait_for(lambda event: event.get("event") == "stranger" and "ttyUSB1" in event["device"])
        station.wait_for(tile("A2", "PASS"))
        station.wait_for(lambda event: tile("A2", "PASS")(event) and event.get("registration") == "registered")
        self.world.tell("unplug ttyUSB0")
        station.wait_for(tile("A2", "EMPTY"))
        self.assertFalse(floor.identity(floor.hubs[1]).exists(), "a stranger was written to")
        limits = pathlib.Path(f"/proc/{station.process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ", "a crash could write keys to a disk")
        status = floor.run("status", "--json").stdout
        self.assertIn('"live":true', status)
        self.assertEqual(station.stop(), 0)
        self.assertEqual(len(floor.audit()["units"]), 1)
        floor.run("ledger", "verify")

    def test_a_slot_whose_adapter_stays_sees_hubs_come_and_go_on_the_line(self):
        floor = self.floor(hubs=1, presence="line")
        station = floor.start_station()
        plug(self.world, "ttyUSB0", floor.hubs[0], "1.2")
        station.wait_for(lambda event: tile("A2", "PASS")(event) and event.get("registration") == "registered")
        # The hub is taken off the adapter: nothing answers any more, and udev sees nothing of it.
        floor.row.process.send_signal(signal.SIGSTOP)
        station.wait_for(tile("A2", "EMPTY"))
        floor.row.process.send_signal(signal.SIGCONT)
        station.wait_for(tile("A2", "PASS"))
        self.assertEqual(station.stop(), 0)
        audit.check(floor)

    def test_a_slot_is_taught_by_the_next_plug(self):
        floor = self.floor(hubs=1)
        before = floor.settings.read_text()
        with open(floor.folder / "teach.log", "w+") as log:
            teaching = floor.start("slots", "teach", "A1", "--settings", floor.settings, env=floor.environment, log=log)
            while "Plug a hub" not in (floor.folder / "teach.log").read_text():
                self.assertIsNone(teaching.process.poll(), "it ended before a hub was plugged in")
                time.sleep(0.05)
            plug(self.world, "ttyUSB0", floor.hubs[0], "3.4")
            self.assertEqual(teaching.process.wait(timeout=20), 0, (floor.folder / "teach.log").read_text())
        self.assertEqual(floor.settings.read_text(), before.replace("0:1.1:1.0", "0:3.4:1.0"))
        station = floor.start_station()
        station.wait_for(tile("A1", "PASS"))
        self.assertEqual(station.stop(), 0)

    def test_a_second_station_on_the_ledger_is_refused_with_a_sentence(self):
        floor = self.floor(hubs=1)
        station = floor.start_station()
        for _ in range(100):
            if '"live":true' in floor.run("status", "--json", check=False).stdout:
                break
            time.sleep(0.1)
        second = floor.run("run", "--json", check=False)
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertIn("station", second.stderr.lower())
        self.assertEqual(station.stop(), 0)

    def test_sigterm_ends_within_ten_seconds_and_the_hub_on_the_line_is_finished_later(self):
        floor = self.floor(hubs=1)
        station = floor.start_station()
        plug(self.world, "ttyUSB0", floor.hubs[0], "1.1")
        station.wait_for(lambda event: event.get("step") == "deliver")
        before = time.monotonic()
        self.assertEqual(station.stop(), 0)
        self.assertLess(time.monotonic() - before, 10)
        again = floor.start_station()
        again.wait_for(lambda event: tile("A1", "PASS")(event) and event.get("registration") == "registered")
        self.assertEqual(again.stop(), 0)
        audit.check(floor)


if __name__ == "__main__":
    unittest.main()
