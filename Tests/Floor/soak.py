"""The long forms, one after the other: kill -9, secrets, and the suites of the Swift tests that have a long form. With
new seeds for as long as one is told, or each of them once to its end, which takes hours.

    python soak.py SECONDS [SEED]
    python soak.py whole [SEED]
"""

import os
import subprocess
import sys
import time
import unittest

import test_secrets
from floor import ROOT, STATION
from kills import run_keys

SHARE = {"kills": 0.5, "suites": 0.35, "secrets": 0.15}
# How many of the suites share theirs.
SHARERS = 3

# The suites by their types' names. What makes them long: seconds, or the whole of each.
SUITES = "FuzzTests|PowerCutTests|SealChangeTests"
WHOLE_SUITES = {
    "PowerCutTests/oneTrueState": {"STATION_POWER_CUT": "all"},
    "CourierLongBacklogTests": {"STATION_TEST_BACKLOG_UNITS": "20000"},
    "FaultTableTests": {"STATION_FAULT_SEEDS": "100"},
    "SealChangeTests": {"STATION_SEAL_CHANGES": "10000"},
}
WHOLE_KILLS = WHOLE_UNITS = 300
WHOLE_SECRETS = 200


def say(text):
    print(text, flush=True)


def kills_for(seconds, seed):
    end, units = time.monotonic() + seconds, 0
    while units == 0 or time.monotonic() < end:
        units += run_keys(seed, 40, 40)
        seed += 1
    return units


def secrets(units):
    """Units that are made and searched for secrets."""
    os.environ["STATION_UNITS"] = str(units)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(test_secrets.SecretTests)
    if not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful():
        raise SystemExit("a secret was written")
    return units


def suites(names, seed, **switches):
    """Runs suites of the build that `station` is of."""
    environment = {**os.environ, **switches, "STATION_SEED": str(seed)}
    words = ["swift", "test", "--skip-build", "--no-parallel", "--filter", names]
    scratch, configuration = os.path.split(os.path.dirname(STATION))
    words += ["--scratch-path", scratch, "--configuration", configuration]
    if configuration == "release":
        words += ["-Xswiftc", "-enable-testing"]
    began = time.monotonic()
    if subprocess.run(words, cwd=ROOT, env=environment).returncode != 0:
        raise SystemExit(f"a suite failed: {names}, STATION_SEED={seed} {switches}")
    say(f"soak: {names} {switches}, {time.monotonic() - began:.0f} s")


def main():
    form = sys.argv[1] if len(sys.argv) > 1 else "600"
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    say(f"soak: {form}, seed {seed}, {STATION}")
    began = time.monotonic()
    if form == "whole":
        units = run_keys(seed, WHOLE_KILLS, WHOLE_UNITS) + secrets(WHOLE_SECRETS)
    else:
        units = kills_for(int(form) * SHARE["kills"], seed)
        # About one in a second and a half.
        units += secrets(max(24, int(int(form) * SHARE["secrets"] / 1.5)))
    made = time.monotonic() - began
    if form == "whole":
        for names, switches in WHOLE_SUITES.items():
            suites(names, seed, **switches)
    else:
        suites(SUITES, seed, STATION_SOAK_SECONDS=str(int(int(form) * SHARE["suites"] / SHARERS)))
    say(f"soak: {units} units by real processes, {units / made:.2f} units/s, {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
