"""kill -9 for real: a station is killed at drawn instants while hubs are on its line, started anew, and the facts are
asked from outside.

Everything is drawn from one seed: which hubs sit where, when they are moved, and at what the kill aims. The instant
itself is the machine's: a seed gives the same plan again, not the same microsecond.

    python kills.py --seed 7 --kills 300 --units 300        the long form
"""

import argparse
import concurrent.futures
import json
import os
import queue
import random
import signal
import sys
import time

import audit
from floor import Floor, World

# What a kill aims at: an event of the wall, or nothing but the clock. `registered` is the courier's doing.
AIMS = ("clock", "clock", "identify", "forge", "certify", "deliver", "verify", "finish", "pass", "PASS", "registered")
# Who makes the hub's key.
KEYS = ("station", "hub")


def say(text):
    print(text, flush=True)


class Bench:
    """Hubs in the slots of a forged udev world."""

    def __init__(self, world, slots, chance):
        self.world, self.slots, self.chance = world, slots, chance
        self.plugged = {}
        self.number = 0

    def plug(self, hub, slot):
        self.number += 1
        name = f"ttyUSB{self.number}"
        self.world.tell(f"plug {name} pty={os.path.realpath(hub['device'])} place=1-1.{slot}")
        self.plugged[slot] = (name, hub)

    def unplug(self, slot):
        self.world.tell(f"unplug {self.plugged.pop(slot)[0]}")

    def clear(self):
        for slot in list(self.plugged):
            self.unplug(slot)

    def seat(self, hubs):
        """Puts these hubs in, each in a drawn slot; they are no more than there are slots."""
        self.clear()
        for hub, slot in zip(hubs, self.chance.sample(range(1, self.slots + 1), len(hubs))):
            self.plug(hub, slot)


class Kills:
    """One run: `units` hubs in batches, `kills` kills spread over them, an audit after each."""

    def __init__(self, seed, kills, units, key, slots=5):
        self.seed, self.kills, self.units, self.key, self.slots = seed, kills, units, key, slots
        self.chance = random.Random(f"{seed} {key}")
        self.greens = 0
        self.hits = {}

    def run(self):
        started = time.monotonic()
        with World() as world:
            self.floor = floor = Floor(hubs=0, key=self.key, prefix=world.prefix, slots=self.slots)
            # One profile fits every shell hub: relative to the folder in which its shell starts.
            floor.settings.write_text(floor.settings.read_text().replace("drop-caches: none", "root: ."))
            try:
                self.bench = Bench(world, self.slots, self.chance)
                done = []
                while len(done) < self.units:
                    done += self.batch(len(done))
                    # Units that were finished before must not be touched by what happens to later ones.
                    audit.check(floor, done)
                seconds = time.monotonic() - started
                say(
                    f"kill -9: seed {self.seed}, key on the {self.key}: {self.kills} kills, {len(done)} units, "
                    f"{self.greens} PASS tiles compared, {seconds:.0f} s, {len(done) / seconds:.2f} units/s; "
                    f"aims hit: {' '.join(f'{aim} {count}' for aim, count in sorted(self.hits.items()))}")
                return len(done)
            except BaseException as error:
                floor.keep()
                say(
                    f"kill -9 FAILED: STATION_SEED={self.seed}, key on the {self.key}, left in {floor.folder}: {error}")
                raise
            finally:
                floor.close()

    def batch(self, before):
        """A few hubs from bare to registered, killed on the way."""
        count = min(2 * self.slots, self.units - before)
        row, hubs = self.floor.start_hubs(count, first=before + 1)
        share = self.kills * (before + count) // self.units - self.kills * before // self.units
        # Half of them are on the bench at a time, and which half changes.
        for _ in range(share):
            self.bench.seat(self.chance.sample(hubs, min(self.slots, len(hubs))))
            self.kill(hubs)
        for half in (hubs[: self.slots], hubs[self.slots :]):
            if half:
                self.finish(half)
        self.bench.clear()
        row.stop()
        return hubs

    def kill(self, hubs):
        aim = self.chance.choice(AIMS)
        delay = self.chance.uniform(0.2, 2.5) if aim == "clock" else self.chance.uniform(0, 0.08)
        moves = self.chance.random() < 0.3
        station = self.floor.start_station()
        if aim != "clock" and not self.wait_for(station, aim):
            # None of the hubs on the bench has that ahead of it any more.
            aim = "late"
        if moves and self.bench.plugged:
            # A hub is pulled, or swapped for nothing, just before the end.
            self.bench.unplug(self.chance.choice(sorted(self.bench.plugged)))
        time.sleep(delay)
        alive = station.process.poll() is None
        audit.need(alive, "the station ended by itself", station.process.returncode)
        station.stop(signal.SIGKILL)
        self.hits[aim] = self.hits.get(aim, 0) + 1
        self.greens += audit.check_green(self.floor, hubs, station.rest())

    @staticmethod
    def wait_for(station, aim):
        def hit(event):
            return aim in (event.get("step"), event.get("word"), event.get("registration"))

        try:
            # Journal rows of the last run may show the word at once, which is an instant as good as another.
            station.wait_for(hit, timeout=4)
            return True
        except queue.Empty:
            return False

    def finish(self, hubs):
        """No kill any more: each has to come to its end by itself."""
        self.bench.seat(hubs)
        station = self.floor.start_station()
        waiting = {hub["serial"] for hub in hubs}
        try:
            while waiting:
                event = station.wait_for(lambda event: event.get("word") in ("PASS", "FAIL", "STATION FAULT"), timeout=120)
                audit.need(event["word"] == "PASS", "a hub did not pass", event)
                if event.get("registration") == "registered":
                    waiting.discard(event["serial"])
        except queue.Empty:
            raise audit.Broken(f"not finished within two minutes: {sorted(waiting)}") from None
        audit.need(station.stop() == 0, "the station did not stop as asked")
        self.greens += audit.check_green(self.floor, hubs, station.rest())


def run_keys(seed, kills, units, keys=KEYS, slots=5):
    """The kills and units shared among the makers of keys, beside each other: stations on one machine, each with a cloud, a
    ledger and hubs of its own. How many units."""
    runs = [Kills(seed, kills // len(keys), units // len(keys), key, slots) for key in keys]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return sum(pool.map(Kills.run, runs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("STATION_SEED", "20261121")))
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--slots", type=int, default=5)
    parser.add_argument("--key", choices=[*KEYS, "both"], default="both")
    options = parser.parse_args()
    keys = KEYS if options.key == "both" else (options.key,)
    run_keys(options.seed, options.kills, options.units, keys, options.slots)


if __name__ == "__main__":
    sys.exit(main())
