"""Verifies a ledger or a proof with python's sqlite3, hashlib and cryptography, after the descriptions alone.

    ledger_oracle.py ledger FILE              good ROWS SEALS HEAD, or REASON ROW
    ledger_oracle.py record FOLDER            the same, for the segments of one station
    ledger_oracle.py proof FILE [KEY]         good ROWS, or bad WHY
    ledger_oracle.py changes FILE CHANGES     makes each change anew and takes it back: good CHANGES, or the first that is
                                              found at another row
"""
import base64
import hashlib
import json
import pathlib
import sqlite3
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAMES = "time clock station actor slot attempt hub kind body versions previous_hash".split()


def row_hash(seq, fields):
    text = b"station-journal-v1\0" + struct.pack(">q", seq)
    for field in fields:
        text += b"\0" if field is None else b"\1" + struct.pack(">Q", len(field)) + field
    return hashlib.sha256(text).digest()


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """RFC 6962, by carrying: one root for each bit of the size."""

    def __init__(self):
        self.size, self.roots = 0, []

    def add(self, entry):
        carried, rest = leaf(entry), self.size
        while rest % 2:
            carried, rest = node(self.roots.pop(), carried), rest // 2
        self.roots.append(carried)
        self.size += 1

    def root(self):
        if not self.roots:
            return hashlib.sha256(b"").digest()
        found = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            found = node(left, found)
        return found


def verifier(text):
    name, number, rest = text.split("+", 2)
    raw = base64.b64decode(rest, validate=True)
    identifier = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    assert raw[0] == 1 and identifier.hex() == number
    return name, identifier, Ed25519PublicKey.from_public_bytes(raw[1:])


def checkpoint(note, key):
    """Origin, size and root of a signed note; raises when it is not signed by the key."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    name, identifier, public = verifier(key)
    for line in signatures.splitlines():
        dash, signer, blob = line.split(" ")
        raw = base64.b64decode(blob, validate=True)
        if dash == "\u2014" and signer == name and raw[:4] == identifier:
            public.verify(raw[4:], text.encode())
            origin, size, root = text.splitlines()[:3]
            assert origin == name
            return int(size), base64.b64decode(root, validate=True)
    raise InvalidSignature


class Walk:
    """Row after row; stops at the first bad one."""

    def __init__(self):
        self.head, self.last, self.seals, self.tree, self.sealed = bytes(32), 0, 0, Tree(), 0

    def copy(self):
        other = Walk()
        other.head, other.last, other.seals, other.sealed = self.head, self.last, self.seals, self.sealed
        other.tree.size, other.tree.roots = self.tree.size, list(self.tree.roots)
        return other

    def take(self, seq, fields, stored):
        """None, or what is wrong and where."""
        if seq != self.last + 1:
            return "gap", self.last + 1
        if fields[-1] != self.head:
            return "previous-hash", seq
        if row_hash(seq, fields) != stored:
            return "hash", seq
        if fields[7] == b"ledger.sealed":
            body = json.loads(fields[8])
            try:
                size, root = checkpoint(body["checkpoint"], body["key"])
            except (InvalidSignature, ValueError, AssertionError):
                return "signature", seq
            if size != seq - 1:
                return "seal", seq
            if root != self.tree.root():
                return "root", self.sealed + 1
            self.seals, self.sealed = self.seals + 1, size
        self.tree.add(stored)
        self.head, self.last = stored, seq
        return None


def walk(rows):
    state = Walk()
    for row in rows:
        problem = state.take(*row)
        if problem:
            return "{} {}".format(*problem)
    return f"good {state.last} {state.seals} {state.head.hex()}"


def changes(path, file):
    """From the state that the rows before a change left behind, as far as the change can reach."""
    base = sqlite3.connect(path, isolation_level=None)
    base.text_factory = bytes
    sql = f"SELECT seq, {', '.join(NAMES)}, hash FROM journal NOT INDEXED WHERE seq > ? AND seq <= ? ORDER BY seq"

    def rows(after, last):
        return ((row[0], row[1:-1], row[-1]) for row in base.execute(sql, [after, last]))

    step, states, state = 50, [Walk()], Walk()
    for row in rows(0, 1 << 60):
        if state.take(*row):
            return "the ledger is not good before anything was changed"
        if state.last % step == 0:
            states.append(state.copy())
    count, total = 0, state.last
    for text in pathlib.Path(file).read_text().splitlines():
        change = json.loads(text)
        base.execute("BEGIN")
        for statement in change["statements"]:
            base.execute(statement["sql"], [
                base64.b64decode(value) if isinstance(value, str) else value for value in statement.get("values", [])])
        state = states[(change["touched"] - 1) // step].copy()
        last = min(state.last + 2 * step, total + 1)
        problem = next(filter(None, (state.take(*row) for row in rows(state.last, last))), None)
        # Rows that are not there any more: a checkpoint over them tells.
        if problem is None and state.last < min(last, total):
            problem = "cut", state.last + 1
        base.execute("ROLLBACK")
        if problem is None or problem[1] != change["found"]:
            return f"{change['words']}: {problem}, not {change['found']}"
        count += 1
    return f"good {count}"


def ledger(path):
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    base.text_factory = bytes
    sql = f"SELECT seq, {', '.join(NAMES)}, hash FROM journal NOT INDEXED ORDER BY seq"
    return ((row[0], row[1:-1], row[-1]) for row in base.execute(sql))


def line(value):
    def text(name):
        found = value.get(name)
        return None if found is None else found.encode()

    body = base64.b64decode(value["bodyBase64"]) if "bodyBase64" in value else value["body"].encode()
    fields = [text(name) for name in NAMES[:8]] + [body, text("versions"), bytes.fromhex(value["previousHash"])]
    return value["seq"], fields, bytes.fromhex(value["hash"])


def record(folder):
    for path in sorted(pathlib.Path(folder).glob("*-*-*.jsonl")):
        for text in path.read_text().splitlines():
            yield line(json.loads(text))


def path_root(entry, index, size, path):
    """RFC 9162 section 2.1.3.2; None when the path has not the length that it must have."""
    place, last, found = index, size - 1, leaf(entry)
    for beside in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node(beside, found)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            found = node(found, beside)
        place, last = place // 2, last // 2
    return found if last == 0 else None


def proof(path, key=None):
    value = json.loads(pathlib.Path(path).read_text())
    if key and key != value["key"]:
        return "bad key"
    try:
        size, root = checkpoint(value["checkpoint"], value["key"])
    except (InvalidSignature, ValueError, AssertionError):
        return "bad signature"
    for proven in value["rows"]:
        seq, fields, stored = line(proven["row"])
        if row_hash(seq, fields) != stored or fields[6].decode() != value["hub"]:
            return f"bad row {seq}"
        if path_root(stored, seq - 1, size, [base64.b64decode(item) for item in proven["path"]]) != root:
            return f"bad path {seq}"
    return f"good {len(value['rows'])}"


if __name__ == "__main__":
    verb, place = sys.argv[1:3]
    if verb == "changes":
        print(changes(place, sys.argv[3]))
    elif verb == "proof":
        print(proof(place, *sys.argv[3:4]))
    else:
        print(walk(ledger(place) if verb == "ledger" else record(place)))
