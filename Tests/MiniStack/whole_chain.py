"""The main job against an AWS that is not ours: one hub on a terminal, `station provision`, and the hub's own files.

usage: whole_chain.py KEY [aws]: where the key is made, and whether AWS signs instead of the factory's CA.

Started by `run` beside a fresh MiniStack. Leaves the delivered identity in STATION_IDENTITY_FOLDER.
"""

import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Floor"))
from floor import Floor  # noqa: E402

aws = {
    "region": os.environ["STATION_MINISTACK_REGION"],
    "account": os.environ["STATION_MINISTACK_ACCOUNT"],
    "endpoint": os.environ["STATION_MINISTACK_ENDPOINT"],
    "policy": os.environ["STATION_MINISTACK_POLICY"],
    "credentials": os.environ["AWS_SHARED_CREDENTIALS_FILE"],
}
issuer = "aws" if sys.argv[2:] == ["aws"] else "ca"
if issuer == "aws":
    aws["credentials"] = os.environ["STATION_MINISTACK_AWS_ISSUER"]
target = pathlib.Path(os.environ["STATION_IDENTITY_FOLDER"]).resolve()

with Floor(hubs=1, key=sys.argv[1], aws=aws, issuer=issuer) as floor:
    hub = floor.hubs[0]
    print(floor.run("provision", hub["device"]).stdout)
    left = floor.run("sync", "--json", check=False)
    assert left.returncode == 0, f"entries are left: {left.stdout}{left.stderr}"
    units = floor.run("units", "--json").stdout
    assert '"registered"' in units, units
    print(floor.run("ledger", "verify").stdout)
    shutil.copytree(floor.identity(hub).resolve(), target, dirs_exist_ok=True)
