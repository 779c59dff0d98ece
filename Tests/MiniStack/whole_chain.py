"""The main job against an AWS that is not ours, and then rework and scrap: two hubs on terminals, the built program.

usage: whole_chain.py KEY [aws]: where the key is made, and whether AWS signs instead of the factory's CA.

Started by `run` beside a fresh MiniStack. Hubs are made with the rights to make hubs only; these do not reach for a rework,
which waits until the station has the other policy too. Leaves the delivered identity in STATION_IDENTITY_FOLDER, and the
one that it took the place of in the folder `old` there.
"""

import hashlib
import json
import os
import pathlib
import shutil
import ssl
import sys

import botocore.session

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
iot = botocore.session.get_session().create_client(
    "iot", endpoint_url=aws["endpoint"], region_name=aws["region"], aws_access_key_id="test",
    aws_secret_access_key="test",
)


def certificate(folder):
    """The AWS certificate id of a delivered identity."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert((folder / "certificate.pem").read_text())).hexdigest()


def status(identity):
    return iot.describe_certificate(certificateId=identity)["certificateDescription"]["status"]


def sync(floor, left):
    result = floor.run("sync", "--json", check=False)
    assert result.returncode == (75 if left else 0), f"{result.returncode}: {result.stdout}{result.stderr}"


with Floor(hubs=2, key=sys.argv[1], aws=aws, issuer=issuer) as floor:
    devices = [hub["device"] for hub in floor.hubs]
    print(floor.run("provision", *devices).stdout)
    sync(floor, left=False)
    units = [json.loads(line) for line in floor.run("units", "--json").stdout.splitlines()]
    assert [unit["registration"] for unit in units] == ["registered"] * 2, units
    # A link, which a delivery switches.
    reworked, scrapped = (floor.identity(hub) for hub in floor.hubs)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copytree(reworked.resolve(), target / "old", dirs_exist_ok=True)
    old, gone = certificate(reworked), certificate(scrapped)

    serials = {unit["hub"]: unit["serial"] for unit in units}
    things = [json.loads((folder / "identity.json").read_text())["thingName"] for folder in (reworked, scrapped)]
    print(floor.run("rework", serials[things[0]], "--reason", "storage replaced").stdout)
    print(floor.run("scrap", serials[things[1]], "--reason", "board broken").stdout)
    print(floor.run("provision", devices[0]).stdout)
    new = certificate(reworked)
    assert new != old
    sync(floor, left=True)
    # Who activates certificates may also revoke them: UpdateCertificate is one right.
    alone = "REVOKED" if issuer == "aws" else "ACTIVE"
    assert (status(old), status(gone)) == (alone, alone)
    assert iot.describe_thing(thingName=things[0])["attributes"]["certId"] == old, "the first policy changes Things"

    floor.environment["AWS_SHARED_CREDENTIALS_FILE"] = aws["credentials"] + "-rework"
    sync(floor, left=False)
    assert (status(old), status(gone), status(new)) == ("REVOKED", "REVOKED", "ACTIVE")
    principals = iot.list_thing_principals(thingName=things[0])["principals"]
    assert [arn.rpartition("/")[2] for arn in principals] == [new], principals
    assert iot.describe_thing(thingName=things[0])["attributes"]["certId"] == new
    print(floor.run("ledger", "verify").stdout)
    shutil.copytree(reworked.resolve(), target, dirs_exist_ok=True)
