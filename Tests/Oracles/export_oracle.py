"""Reads an export with python's own csv and json, and compares every unit with the ledger's tables.

    export_oracle.py FOLDER LEDGER        good ROWS, or what is wrong
"""
import collections
import csv
import json
import pathlib
import sqlite3
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes

import ledger_oracle as oracle

NAMES = {"hub-id": "hub", "certificate-id": "certificate", "passed-at": "passed_time",
         "first-seen-at": "first_time", "operator": "actor"}


def mac(text, form):
    upper, between = form[0] == "A", form[2] if len(form) == 5 else ""
    text = text.replace(":", between)
    return text.upper() if upper else text


def kit(base, hub, name, lines):
    """The locks of a box as a column has them, in the order of their numbers."""
    locks = base.execute("SELECT * FROM lock WHERE hub = ?", [hub]).fetchall()
    locks.sort(key=lambda lock: int(lock["lock"]))
    if name == "lock-count":
        return len(locks)
    ids, serials = [int(lock["lock"]) for lock in locks], [lock["serial"] for lock in locks]
    if name == "lock-ids":
        return ids if lines else " ".join(map(str, ids)) or None
    if name == "lock-serials":
        return serials if lines else " ".join(serial or "?" for serial in serials) or None
    return [{"id": int(lock["lock"]), "index": lock["number"], "uuid": lock["uuid"], "serial": lock["serial"],
             "vendor-name": lock["vendor_name"], "owner": lock["owner"]} for lock in locks]


def expected(unit, profile, batch, base):
    row = {}
    for column in profile["columns"]:
        name = column["column"]
        if name == "schema":
            value = "station-unit-v1"
        elif name == "vendor":
            value = batch["vendor"]
        elif name == "certificate-pem":
            value = None
        elif name in ("lock-count", "lock-ids", "lock-serials", "locks"):
            value = kit(base, unit["hub"], name, profile["form"] == "lines")
        else:
            value = unit[NAMES.get(name, name)]
        row[column["title"]] = mac(value, profile["mac"]) if name == "mac" else value
    return row


def fingerprint(pem):
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def data_rows(folder, manifest):
    profile = manifest["profile"]
    for entry in manifest["files"]:
        path = folder / entry["name"]
        if entry["name"] in ("proofs.jsonl", "delta.jsonl") or "rows" not in entry:
            continue
        if profile["form"] == "certificates":
            yield {"serial": path.stem, "certificate-pem": path.read_text()}
        elif profile["form"] == "lines":
            for line in path.read_bytes().decode().split("\n")[:-1]:
                yield json.loads(line)
        else:
            text = path.read_bytes().decode("utf-8-sig" if profile["byteOrderMark"] else "utf-8")
            end = {"crlf": "\r\n", "lf": "\n"}[profile["newline"]]
            assert text.endswith(end) and text.count("\n") == text.count(end)
            yield from csv.DictReader(text.splitlines(True), delimiter=profile["delimiter"], strict=True)


def main(folder, ledger):
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    key = (folder / "verifier-key.txt").read_text().strip()
    size, root = oracle.checkpoint((folder / "checkpoint.txt").read_text(), key)
    if size != manifest["position"]:
        return "the checkpoint is of another row"
    base = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    batch = json.loads(base.execute("SELECT definition FROM batch WHERE batch = ?", [manifest["batch"]]).fetchone()[0])
    units = base.execute(
        "SELECT * FROM unit WHERE batch = ? AND passed_seq IS NOT NULL AND NOT on_hold ORDER BY serial",
        [manifest["batch"]]).fetchall()
    found = list(data_rows(folder, manifest))
    if len(found) != len(units) or manifest["rows"] != len(units):
        return f"{len(found)} rows, {manifest['rows']} in the manifest, {len(units)} in the ledger"
    states = collections.Counter(unit["registration"] for unit in units)
    behind = len(units) - states["registered"]
    if manifest["registration"] != states or manifest.get("unregistered", {"count": 0})["count"] != behind:
        return f"{behind} units are not registered, and the manifest says {manifest.get('unregistered')}"
    profile = manifest["profile"]
    for unit, row in zip(units, found):
        for title, value in expected(unit, profile, batch, base).items():
            if title.lower().replace("-", "") == "certificatepem":
                if fingerprint(row[title]) != unit["certificate"]:
                    return f"{unit['serial']}: another certificate"
                continue
            got = row[title]
            if profile["form"] == "table":
                value = "" if value is None else str(value)
                if profile["formula"] == "prefix" and value[:1] in tuple("=+-@\t\r"):
                    value = "'" + value
            if got != value:
                return f"{unit['serial']} {title}: {got!r}, not {value!r}"
    proofs = (folder / "proofs.jsonl").read_text().splitlines()
    for unit, text in zip(units, proofs, strict=True):
        proof = json.loads(text)
        seq, fields, stored = oracle.line(proof["row"])
        if seq != unit["passed_seq"] or oracle.row_hash(seq, fields) != stored:
            return f"{unit['serial']}: another row"
        path = [oracle.base64.b64decode(item) for item in proof["path"]]
        if oracle.path_root(stored, seq - 1, size, path) != root:
            return f"{unit['serial']}: its proof leads elsewhere"
    return f"good {len(units)}"


if __name__ == "__main__":
    print(main(*sys.argv[1:3]))
