"""The long forms, one after the other with new seeds, for as long as one is told: kill -9, secrets, and the suites of the
Swift tests that have a long form (they read STATION_SOAK_SECONDS and STATION_SEED).

    python soak.py SECONDS [SEED]
"""

import os
import subprocess
import sys
import time
import unittest

import test_secrets
from floor import ROOT
from kills import Kills

# Suites of the Swift tests with a long form, by their types' names.
SUITES = "FuzzTests|PowerCut|SealChangeTests"
SHARE = {"kills": 0.5, "suites": 0.35, "secrets": 0.15}


def kills(seconds, seed):
    """Batches of kills with both key origins; how many units."""
    end, units = time.monotonic() + seconds, 0
    while units == 0 or time.monotonic() < end:
        for key in ("station", "hub"):
            units += Kills(seed, 20, 20, key, say=lambda text: print(text, flush=True)).run()
        seed += 1
    return units


def secrets(seconds):
    """Units that are made and searched for secrets; about one in a second and a half."""
    os.environ["STATION_UNITS"] = units = str(max(24, int(seconds / 1.5)))
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(test_secrets.SecretTests)
    if not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful():
        raise SystemExit("a secret was written")
    return int(units)


def suites(seconds, seed):
    environment = {**os.environ, "STATION_SOAK_SECONDS": str(int(seconds)), "STATION_SEED": str(seed)}
    words = ["swift", "test", "--skip-build", "--no-parallel", "--filter", SUITES]
    if subprocess.run(words, cwd=ROOT, env=environment).returncode != 0:
        raise SystemExit(f"a suite failed: STATION_SEED={seed}")


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"soak: {seconds} s, seed {seed}", flush=True)
    began = time.monotonic()
    units = kills(seconds * SHARE["kills"], seed)
    units += secrets(seconds * SHARE["secrets"])
    made = time.monotonic() - began
    suites(seconds * SHARE["suites"], seed)
    print(f"soak: {units} units by real processes, {units / made:.2f} units/s, {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
