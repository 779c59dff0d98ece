"""Makes a large ledger out of a small real one: every unit is a copy of the rows of one that a station finished.

    large_ledger.py TEMPLATE.sqlite OUT.sqlite UNITS [SEED [BATCH]]

Names, times, digests and the like are each unit's own, the chain of hashes is whole, and the tables beside the journal are
what the journal amounts to: `station ledger verify` says so. Some first attempts fail, some units never pass; slots,
operators, firmware and batches (BATCH units each; left out: 1000) differ. The same arguments make the same file.
"""

import datetime
import functools
import hashlib
import json
import random
import re
import sqlite3
import sys

STEPS = ["identify", "forge", "certify", "deliver", "verify", "check"]
PLACES = ["identify", "flash", "forge", "certify", "deliver", "verify", "check", "label", "finish", "pass"]
CODES = {"identify": "hub-silent", "forge": "hub-command-failed", "certify": "issuer-refused",
         "deliver": "hub-storage-full", "verify": "possession-refused", "check": "check-outside"}
OUTCOMES = {"issuer-refused": "errored"}
PEOPLE = [f"{4700 + n}" for n in range(12)]
FIRMWARE = ["1.4.0"] * 6 + ["1.4.1"] * 3 + ["1.3.9"]
FIRMWARE_WORD = re.compile(rb'"firmware":"[^"]*"')
BATCH = 1000


@functools.lru_cache(maxsize=1024)
def minute(number):
    moment = datetime.datetime.fromtimestamp(number * 60, datetime.timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:}"


def stamp(milliseconds):
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minute(minutes)}{rest // 1000:02d}.{rest % 1000:03d}Z"


@functools.lru_cache
def versions(firmware):
    values = {"settings": "generated", "station": "1"}
    if firmware:
        values["firmware"] = firmware
    return compact(values).decode()


LENGTHS = [b"\1" + length.to_bytes(8, "big") for length in range(8192)]


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Template:
    """The rows of one registered unit, cut where a unit's own words stand."""

    def __init__(self, path):
        source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        source.row_factory = sqlite3.Row
        self.objects = source.execute(
            "SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'").fetchall()
        self.application = source.execute("PRAGMA application_id").fetchone()[0]
        self.version = source.execute("PRAGMA user_version").fetchone()[0]
        unit = source.execute(
            "SELECT * FROM unit WHERE outcome = 'passed' AND attempts = 1 ORDER BY registration = 'registered' DESC LIMIT 1"
        ).fetchone()
        self.unit = dict(unit)
        attempt = dict(source.execute("SELECT * FROM attempt WHERE hub = ?", [unit["hub"]]).fetchone())
        self.attempt = attempt
        self.outbox = [dict(row) for row in source.execute(
            "SELECT * FROM outbox WHERE hub = ? ORDER BY seq", [unit["hub"]])]
        rows = [dict(row) for row in source.execute(
            "SELECT * FROM journal WHERE hub = ? OR attempt = ? ORDER BY seq", [unit["hub"], attempt["attempt"]])]
        self.station = rows[0]["station"]
        self.words = [unit["hub"], unit["serial"], attempt["attempt"], unit["certificate"]]
        self.words += [entry["entry"] for entry in self.outbox]
        if unit["mac"]:
            self.words.append(unit["mac"])
        self.owe = "INSERT INTO outbox VALUES(" + ", ".join("?" * len(self.outbox[0])) + ")"
        cutter = re.compile(b"(" + b"|".join(re.escape(word.encode()) for word in self.words) + b")")
        places = {word.encode(): place for place, word in enumerate(self.words)}
        start = self.milliseconds(rows[0]["time"])
        self.rows = []
        for row in rows:
            body = bytes(row["body"])
            step = json.loads(body).get("step") if row["kind"].startswith("step.") else None
            pieces = [places.get(piece, piece) for piece in cutter.split(body)]
            self.rows.append((row["kind"], step, row["hub"] is not None, row["attempt"] is not None,
                              row["slot"] is not None, pieces, self.milliseconds(row["time"]) - start))
        self.authority = next(json.loads(bytes(row["body"]))["evidence"].get("authority") for row in rows
                              if row["kind"] == "step.done" and b'"step":"certify"' in bytes(row["body"]))
        self.checked = any(row[1] == "check" for row in self.rows)
        self.places = {row["seq"]: place for place, row in enumerate(rows)}

    @staticmethod
    def milliseconds(text):
        moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
        return round(moment.timestamp() * 1000)


class Journal:
    """Rows with their hashes, written in thousands."""

    def __init__(self, database, station):
        self.database = database
        self.station = station
        self.last = 0
        self.hash = bytes(32)
        self.waiting = []

    def add(self, time, actor, slot, attempt, hub, kind, body, firmware=None):
        self.last += 1
        text = versions(firmware)
        parts = [b"station-journal-v1\0", self.last.to_bytes(8, "big")]
        for field in (time, "synchronised", self.station, actor, slot, attempt, hub, kind, body, text, self.hash):
            if field is None:
                parts.append(b"\0")
                continue
            data = field if field.__class__ is bytes else field.encode()
            parts += (LENGTHS[len(data)], data)
        fields = (time, "synchronised", self.station, actor, slot, attempt, hub, kind, body, text, self.hash)
        self.hash = hashlib.sha256(b"".join(parts)).digest()
        self.waiting.append((self.last, *fields, self.hash))
        if len(self.waiting) >= 5000:
            self.flush()
        return self.last

    def flush(self):
        self.database.executemany(
            "INSERT INTO journal(seq, time, clock, station, actor, slot, attempt, hub, kind, body, versions,"
            " previous_hash, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.waiting)
        self.waiting = []


class Floor:
    def __init__(self, template, database, seed, size):
        self.template = template
        self.database = database
        self.random = random.Random(seed)
        self.seed = seed
        self.journal = Journal(database, template.station)
        self.clock = 1_767_225_600_000  # 2026-01-01
        self.batch = None
        self.size = size

    def name(self, *words):
        """A UUID that these words alone make (version 5 in its form)."""
        text = hashlib.md5(f"{self.seed} {words}".encode()).hexdigest()
        return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-8{text[17:20]}-{text[20:]}"

    def open_batch(self, number):
        if self.batch:
            body = compact({"batch": self.batch, "passed": 0, "reason": "packed", "scrapped": 0})
            row = self.journal.add(stamp(self.clock), "clerk", None, None, None, "batch.closed", body)
            self.database.execute(
                "UPDATE batch SET state = 'closed', closed_seq = ?, closed_time = ?, closed_by = 'clerk',"
                " closed_reason = 'packed' WHERE batch = ?", [row, stamp(self.clock), self.batch])
        self.batch = f"WO-{number:06d}"
        definition = {"id": self.batch, "model": self.template.unit["model"], "over": 0, "planned": self.size,
                      "vendor": "Example Ltd"}
        body = compact({"batch": definition, "reason": "ordered"})
        row = self.journal.add(stamp(self.clock), "clerk", None, None, None, "batch.opened", body)
        self.database.execute(
            "INSERT INTO batch(batch, model, definition, state, opened_seq, opened_time, opened_by, opened_reason)"
            " VALUES(?, ?, ?, 'open', ?, ?, 'clerk', 'ordered')",
            [self.batch, definition["model"], compact(definition).decode(), row, stamp(self.clock)])

    def make(self, number):
        """One unit, from its first plug to its end."""
        if number % self.size == 0:
            self.open_batch(number // self.size)
        self.clock += self.random.randrange(4_000, 30_000)
        if number % 400 == 399:
            self.clock += 6 * 3_600_000
        slot_number = self.random.randrange(8)
        unit = {"hub": self.name(number, "hub"), "serial": f"SPK{number:08d}", "number": number,
                "slot": f"A{slot_number + 1}", "actor": self.random.choice(PEOPLE),
                "firmware": self.random.choice(FIRMWARE), "turn": 0, "tries": 0, "ended": None}
        # Slot A5 has a bad cable: it fails more often than the others.
        chance = 0.14 if slot_number == 4 else 0.05
        while True:
            unit["turn"] += 1
            if self.random.random() >= chance:
                self.passing(unit)
                break
            self.failing(unit)
            if self.random.random() < 0.2:
                break
        self.record(unit)

    def check(self, bad):
        value = round(self.random.gauss(1.2, 0.03), 4)
        value = 1.4 if bad else min(max(value, 1.1), 1.3)
        return {"high": 1.3, "low": 1.1, "measure": "V", "name": "core-voltage", "passed": not bad, "text": str(value),
                "value": value}

    def checked(self):
        result = self.check(False)
        self.read(result)
        return compact({"evidence": [result], "step": "check"})

    def words(self, unit, attempt):
        number = unit["number"]
        digest = hashlib.sha256(f"{self.seed} {number} {unit['turn']}".encode()).hexdigest()
        words = [unit["hub"], unit["serial"], attempt, digest]
        words += [self.name(number, unit["turn"], place) for place in range(len(self.template.outbox))]
        if self.template.unit["mac"]:
            words.append("02:%02x:%02x:%02x:%02x:%02x" % tuple((number + 1).to_bytes(5, "big")))
        return words

    def start(self, unit):
        attempt = self.name(unit["number"], "attempt", unit["turn"])
        words = self.words(unit, attempt)
        unit["words"] = words
        self.ends, self.readings = 0, None
        return attempt, [word.encode() for word in words]

    def body(self, kind, step, pieces, words, unit):
        if step == "check" and kind == "step.done":
            return self.checked()
        body = b"".join(words[piece] if isinstance(piece, int) else piece for piece in pieces)
        if step == "identify" and kind == "step.done":
            body = body.replace(b'"evidence":{', b'"evidence":{"batch":"%s",' % self.batch.encode(), 1)
            return FIRMWARE_WORD.sub(b'"firmware":"%s"' % unit["firmware"].encode(), body, 1)
        return body

    def add(self, row, unit, attempt, words, start):
        kind, step, has_hub, has_attempt, has_slot, pieces, offset = row
        if has_attempt:
            self.mark(kind, step)
        # What comes after the pass is the courier's.
        actor = unit["actor"] if has_attempt else "station"
        return self.journal.add(
            stamp(start + offset), actor, unit["slot"] if has_slot else None, attempt if has_attempt else None,
            unit["hub"] if has_hub else None, kind, self.body(kind, step, pieces, words, unit),
            unit["firmware"] if has_hub and has_attempt else None)

    def passing(self, unit):
        attempt, words = self.start(unit)
        unit["tries"] += 1
        start = self.clock
        stretch = self.random.randrange(0, 9_000)
        places, times, passed = {}, {}, None
        for place, row in enumerate(self.template.rows):
            kind, step = row[0], row[1]
            if place > 0:
                row = (*row[:6], row[6] + stretch)
            if not self.template.checked and kind == "step.began" and step == "finish":
                self.journal.add(
                    stamp(start + row[6]), unit["actor"], unit["slot"], attempt, unit["hub"], "step.done",
                    self.checked(), unit["firmware"])
                self.mark("step.done", "check")
            seq = self.add(row, unit, attempt, words, start)
            places[place] = seq
            times[place] = stamp(start + row[6])
            if kind == "step.done" and step == "identify":
                unit["seen"] = (times[place], seq)
                unit.setdefault("first", times[place])
            if kind == "step.done" and step == "certify":
                unit["authority"] = self.template.authority
            if kind == "step.done" and step == "pass":
                passed = (seq, times[place])
            if kind == "attempt.closed":
                unit["closed"] = seq
                closed = (seq, times[place])
        unit["pass"] = passed
        unit["last"] = (times[place], places[place])
        self.stay(unit, attempt, places[0], times[0], closed, "pass", "passed", None)
        for entry, word in zip(self.template.outbox, unit["words"][4:]):
            owed = self.template.places[entry["seq"]]
            own = {"entry": word, "seq": places[owed], "since": times[owed]}
            self.database.execute(
                self.template.owe, [own.get(column, self.renamed(value, unit)) for column, value in entry.items()])
        self.clock = max(self.clock, start)

    def renamed(self, value, unit):
        if not isinstance(value, str):
            return value
        for old, new in zip(self.template.words, unit["words"]):
            value = value.replace(old, new)
        return value

    def failing(self, unit):
        attempt, words = self.start(unit)
        step = self.random.choice(STEPS)
        code = CODES[step]
        outcome = OUTCOMES.get(code, "failed")
        start = self.clock
        first = last = None
        for row in self.template.rows:
            kind, at = row[0], row[1]
            if at in ("finish", "pass") or kind not in ("attempt.opened", "step.began", "step.done"):
                break
            if at is not None and STEPS.index(at) >= STEPS.index(step):
                if not (at == step and kind == "step.began"):
                    break
            seq = self.add(row, unit, attempt, words, start)
            first = first or seq
            time = stamp(start + row[6])
            if kind == "step.done" and at == "identify":
                unit["seen"] = (time, seq)
                unit.setdefault("first", time)
            if kind == "step.done" and at == "certify":
                unit["authority"] = self.template.authority
        values = {"serial": unit["serial"]}
        if code == "check-outside":
            bad = self.check(True)
            self.read(bad)
            values = {"check": bad["name"], "value": bad["text"], "low": "1.1", "high": "1.3", "measure": "V",
                      "expected": ""}
        fault = {"code": code, "values": values}
        # A hub that never said who it is has no name in its rows.
        hub = unit["hub"] if step != "identify" else None
        firmware = unit["firmware"] if hub else None
        end = stamp(start + 20_000)
        self.journal.add(end, unit["actor"], unit["slot"], attempt, hub, "step.failed",
                         compact({"fault": fault, "step": step}), firmware)
        self.mark("step.failed", step)
        last = self.journal.add(end, unit["actor"], unit["slot"], attempt, hub, "attempt.closed",
                                compact({"fault": fault, "outcome": outcome}), firmware)
        if hub:
            unit["closed"] = last
            unit["last"] = (end, last)
            unit["fault"] = code
            unit["ended"] = outcome
        self.stay(unit, attempt, first, stamp(start), (last, end), step, outcome, code, hub)
        unit["tries"] += hub is not None
        self.clock = start + 25_000

    def stay(self, unit, attempt, first, opened, closed, step, outcome, code, hub="own"):
        self.database.execute(
            "INSERT INTO attempt(attempt, hub, slot, actor, opened_seq, opened_time, closed_seq, closed_time, step,"
            " outcome, fault_code, steps, readings) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [attempt, unit["hub"] if hub == "own" else hub, unit["slot"], unit["actor"], first, opened, closed[0],
             closed[1], step, outcome, code, self.ends, self.readings])

    def mark(self, kind, step):
        """As the attempt's row has it: two bits for each step, its first end."""
        value = {"step.began": 1, "step.done": 2, "step.failed": 3}.get(kind)
        if value is None:
            return
        place = 2 * PLACES.index(step)
        if self.ends >> place & 3 < min(value, 2):
            self.ends = self.ends & ~(3 << place) | value << place

    def read(self, check):
        fields = [check["name"], check["measure"], str(check["low"]), str(check["high"]), str(check["value"])]
        self.readings = (self.readings or "") + "\x1f".join(fields) + "\x1e"

    def record(self, unit):
        if "first" not in unit:
            return
        passed = unit.get("pass")
        model = self.template.unit
        values = {
            "hub": unit["hub"], "model": model["model"], "serial": unit["serial"],
            "mac": unit["words"][-1] if model["mac"] else None, "firmware": unit["firmware"], "batch": self.batch,
            "outcome": "passed" if passed else unit["ended"], "fault_code": None if passed else unit["fault"],
            "closed_seq": unit["closed"], "passed_seq": passed[0] if passed else None,
            "passed_time": passed[1] if passed else None, "certificate": unit["words"][3] if passed else None,
            "thing": unit["hub"] if passed else None, "disposition": "released" if passed else "making",
            "authority": unit.get("authority"), "on_hold": 0, "registration": model["registration"] if passed else "none",
            "attempts": unit["tries"], "slot": unit["slot"], "actor": unit["actor"], "first_time": unit["first"],
            "seen_time": unit["seen"][0], "seen_seq": unit["seen"][1], "last_time": unit["last"][0],
            "last_seq": unit["last"][1]}
        self.database.execute(
            f"INSERT INTO unit({', '.join(values)}) VALUES({', '.join('?' * len(values))})", list(values.values()))


def main():
    template = Template(sys.argv[1])
    units = int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    database = sqlite3.connect(sys.argv[2], isolation_level=None)
    database.execute("PRAGMA page_size = 4096")
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -1000000")
    database.execute(f"PRAGMA application_id = {template.application}")
    database.execute(f"PRAGMA user_version = {template.version}")
    for kind, sql in template.objects:
        # The shadow tables of the text index come with it.
        if kind == "table" and not re.match(r"CREATE TABLE ['\"]?unit_text", sql):
            database.execute(sql)
    database.execute("BEGIN")
    floor = Floor(template, database, seed, int(sys.argv[5]) if len(sys.argv) > 5 else BATCH)
    floor.journal.add(stamp(floor.clock), "station", None, None, None, "station.started",
                      compact({"settings": "generated", "version": "1"}))
    for number in range(units):
        floor.make(number)
        if number % 20_000 == 19_999:
            floor.journal.flush()
            database.execute("COMMIT")
            database.execute("BEGIN")
            print(f"{number + 1} units, {floor.journal.last} rows", file=sys.stderr, flush=True)
    floor.journal.flush()
    database.execute("COMMIT")
    database.execute("PRAGMA threads = 2")
    for kind, sql in template.objects:
        if kind != "table":
            print(sql.split(" ON ")[0], file=sys.stderr, flush=True)
            database.execute(sql)
    database.execute("INSERT INTO unit_text(unit_text) VALUES('rebuild')")
    database.execute("PRAGMA journal_mode = WAL")
    # As a station does when it closes its ledger.
    database.execute("PRAGMA analysis_limit = 400")
    database.execute("ANALYZE")
    print(f"{units} {floor.journal.last}")


if __name__ == "__main__":
    main()
