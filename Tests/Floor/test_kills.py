"""The short form of `kills.py`: whatever is killed whenever, one identity that is registered once."""

import os
import unittest

from kills import run_keys


class KillTests(unittest.TestCase):
    def test_kill_9_at_any_instant_and_a_new_start_end_with_one_identity_that_is_registered_once(self):
        seed = int(os.environ.get("STATION_SEED", "20261121"))
        kills = int(os.environ.get("STATION_KILLS", "30"))
        self.assertEqual(run_keys(seed, kills, kills, slots=3), kills)


if __name__ == "__main__":
    unittest.main()
