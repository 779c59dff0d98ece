"""The facts of a floor, asked from outside: the cloud's state, the hubs' files and the ledger. Nothing here is ours but
the ledger's own verdict on itself; certificates and keys are read by openssl, the ledger by Python's sqlite3."""

import collections
import functools
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile


class Broken(AssertionError):
    """A fact that is not as it must be."""


def need(holds, sentence, *facts):
    if not holds:
        raise Broken(" ".join([sentence, *map(repr, facts)]))


def openssl(*words, text):
    result = subprocess.run(["openssl", *words], input=text, capture_output=True)
    need(result.returncode == 0, "openssl refuses", words, result.stderr[:300])
    return result.stdout


@functools.cache
def fingerprint(key, certificate):
    """That two PEM texts are a pair; lower-case hex SHA-256 of the certificate's DER. The same pair is asked once."""
    need(
        openssl("pkey", "-pubout", text=key) == openssl("x509", "-noout", "-pubkey", text=certificate),
        "the key is not the certificate's", certificate)
    return hashlib.sha256(openssl("x509", "-outform", "DER", text=certificate)).hexdigest()


def identity_files(folder):
    """That a hub's identity is whole; the certificate's fingerprint."""
    key, certificate = folder / "private.key", folder / "certificate.pem"
    need(key.exists() and certificate.exists(), "no identity in", str(folder))
    need(key.stat().st_mode & 0o777 == 0o600, "the key is open to others", str(key), oct(key.stat().st_mode))
    return fingerprint(key.read_bytes(), certificate.read_bytes())


def durable_identity(hub):
    """What a pulled plug would leave of a hub's identity; of a hub that cannot tell, what it holds."""
    root = pathlib.Path(hub["root"])
    durable = root.parent / "durable"
    return durable / "current/identity" if durable.exists() else root / "var/lib/hub/identity"


class Copy:
    """A look at a ledger that may be in use, or left by a process that was killed."""

    def __init__(self, ledger):
        self.folder = tempfile.TemporaryDirectory(prefix="station-audit-")
        for ending in ("", "-wal"):
            if pathlib.Path(f"{ledger}{ending}").exists():
                shutil.copy(f"{ledger}{ending}", f"{self.folder.name}/copy{ending}")
        self.database = sqlite3.connect(f"{self.folder.name}/copy")

    def __enter__(self):
        return self.database

    def __exit__(self, *_):
        self.database.close()
        self.folder.cleanup()


PASSED = "kind = 'step.done' AND json_extract(CAST(body AS TEXT), '$.step') = 'pass'"


def passes(database):
    """hub -> [(row, certificate)] of every durable pass."""
    found = collections.defaultdict(list)
    question = f"SELECT hub, seq, json_extract(CAST(body AS TEXT), '$.evidence.certificate') FROM journal WHERE {PASSED}"
    for hub, row, certificate in database.execute(question):
        found[hub].append((row, certificate))
    return found


def check_green(floor, hubs, lines):
    """That every PASS on the wall stood on a durable row in the ledger and on durable files in the hub; how many."""
    shown = [event for event in map(json.loads, lines) if event.get("word") == "PASS"]
    if not shown:
        return 0
    serials = {hub["serial"]: hub for hub in hubs}
    with Copy(floor.ledger) as database:
        rows = passes(database)
    for event in shown:
        found = [each for each in rows.get(event["hub"], []) if each[0] <= event["row"]]
        need(found, "PASS was shown without a durable row", event)
        if hub := serials.get(event["serial"]):
            need(
                identity_files(durable_identity(hub)) == found[-1][1],
                "PASS was shown without durable files in the hub", event)
    return len(shown)


def check_ledger(floor, hubs):
    """hub id by serial."""
    floor.run("ledger", "verify")
    with Copy(floor.ledger) as database:
        need(database.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the ledger's file is damaged")
        units = database.execute("SELECT serial, hub, outcome, certificate, on_hold, registration FROM unit").fetchall()
        by_serial = {unit[0]: unit[1:] for unit in units}
        need(len(by_serial) == len(units), "a serial has two unit records", units)
        for row, certificates in passes(database).items():
            need(len(certificates) == 1, "passed more than once", row, certificates)
        for hub in hubs:
            need(hub["serial"] in by_serial, "no unit record", hub["serial"])
            unit = by_serial[hub["serial"]]
            held = identity_files(floor.identity(hub))
            need(unit[1:] == ("passed", held, 0, "registered"), "the unit record is not the hub's", hub["serial"], unit, held)
        open_entries = database.execute("SELECT entry, kind, state FROM outbox WHERE state <> 'settled'").fetchall()
        need(not open_entries, "the outbox is not empty", open_entries)
        ends = collections.Counter(
            entry for (entry,) in database.execute(
                "SELECT json_extract(CAST(body AS TEXT), '$.entry') FROM journal "
                "WHERE kind IN ('outbox.settled', 'outbox.parked')"))
        owed = database.execute("SELECT count(*) FROM journal WHERE kind = 'outbox.owed'").fetchone()[0]
        twice = [entry for entry, count in ends.items() if count > 1]
        need(not twice and len(ends) == owed, "an entry ended twice or never", twice, len(ends), owed)
        unfinished = database.execute("SELECT attempt FROM attempt WHERE closed_seq IS NULL").fetchall()
        need(not unfinished, "attempts without an end", unfinished)
    return {serial: unit[0] for serial, unit in by_serial.items()}


def check_cloud(floor, hubs, ids, answer=None):
    cloud = answer or floor.audit()
    units = {unit["name"]: unit for unit in cloud["units"]}
    wanted = {ids[hub["serial"]]: hub for hub in hubs}
    need(len(units) == len(cloud["units"]), "a name has two units in the cloud")
    need(set(wanted) <= set(units), "units are missing in the cloud", sorted(set(wanted) - set(units)))
    for name, hub in wanted.items():
        unit = units[name]
        need(unit["thingExists"], "no Thing", unit)
        need(unit["attributes"].get("serial") == hub["serial"] == unit["serial"], "another serial", unit)
        need(unit["provisioned"] == 1, "ProvisionHub did not take effect once", unit)
        active = [each for each in unit["certificates"] if each["status"] == "ACTIVE"]
        need([each["id"] for each in active] == [identity_files(floor.identity(hub))],
             "the active certificate is not the hub's one", unit)
        need(active[0]["attached"] and len(active[0]["policies"]) == 1, "not attached, or not one policy", unit)
    orphans = [each for each in cloud["orphans"] if each["status"] == "ACTIVE"]
    need(not orphans, "certificates of no unit are active", orphans)
    return units


def check(floor, hubs=None):
    """All of it, for hubs that are finished and registered. `hubs`: those that are there now, else the floor's own."""
    hubs = floor.hubs if hubs is None else hubs
    ids = check_ledger(floor, hubs)
    for hub in hubs:
        need(identity_files(durable_identity(hub)) == identity_files(floor.identity(hub)),
             "a pulled plug would take the identity", hub["serial"])
    units = check_cloud(floor, hubs, ids)
    need(len(units) == len(ids), "the cloud has units that the ledger has not", len(units), len(ids))
