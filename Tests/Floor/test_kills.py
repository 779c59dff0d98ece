"""The short form of `kills.py`: whatever is killed whenever, one identity that is registered once."""

import concurrent.futures
import os
import unittest

from kills import Kills


class KillTests(unittest.TestCase):
    def test_kill_9_at_any_instant_and_a_new_start_end_with_one_identity_that_is_registered_once(self):
        seed = int(os.environ.get("STATION_SEED", "20261121"))
        kills = int(os.environ.get("STATION_KILLS", "30")) // 2
        runs = [Kills(seed, kills, kills, key, slots=3, say=lambda text: print(text, flush=True)) for key in ("station", "hub")]
        # Beside each other: two stations on one machine, each with a cloud, a ledger and hubs of its own.
        with concurrent.futures.ThreadPoolExecutor() as pool:
            for result in [pool.submit(run.run) for run in runs]:
                result.result()


if __name__ == "__main__":
    unittest.main()
