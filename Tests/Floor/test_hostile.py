"""Hubs that lie, shout or say nothing, on real terminals in front of the built station: each ends with its own fault, in
bounded time and memory, and nothing that it said reaches a screen, a log or the ledger as it was said."""

import base64
import hashlib
import json
import pathlib
import re
import unittest

import audit
from floor import Floor, World
from terminal_hub import HostileHub

MARK = b"\x1b[2J\x1b[42m PASS \x1b]0;owned\x07"


def flood(data):
    """Says `data` without a pause, in pieces, whatever it hears."""
    return lambda hub, heard: hub.say(data)


def repeat(hub, heard):
    hub.say(heard)


def silent(hub, heard):
    pass


def asks_who(hub, heard):
    if b"\n" in heard or not hub.screen:
        hub.say(b"\r\nhub login: ")


def frame(first, second, output, status=0):
    body = base64.encodebytes(output + b" %d" % status).rstrip(b"\n")
    end = b"E" + second + first + b" " + hashlib.sha256(body).hexdigest().encode()
    return b"\nB" + first + second + b"\n" + body + b"\n" + end + b"\n" + end + b"\n"


def enters(answer):
    """A hub that plays the station's own loop, and answers each question by `answer(command)`: bytes, or raw words."""

    def behave(hub, heard):
        hub.unread = getattr(hub, "unread", b"") + heard
        lines = hub.unread.split(b"\n")
        hub.unread = lines.pop()
        for line in lines:
            if match := re.search(rb"p R([0-9a-f]{8}) ([0-9a-f]{8})", line):
                hub.say(b"\r\nR" + match[1] + match[2] + b"\r\n")
            elif match := re.search(rb'twice "T([0-9a-f]{8})"([0-9a-f]{8})', line):
                hub.say(b"\r\nT" + match[1] + match[2] + b"\r\n")
            elif match := re.search(rb"ask ([0-9a-f]{8}) ([0-9a-f]{8}) \d+ (.*)", line):
                said = answer(match[3])
                hub.say(said if isinstance(said, bytearray) else frame(match[1], match[2], said))

    return behave


def lies_about(word, lie):
    facts = {b"serial": b"SPK00000001", b"model": b"HUB-2", b"mac": b"02:00:5e:10:00:01", b"firmware": b"2.4.1"}

    def answer(command):
        for name, fact in facts.items():
            if b"/" + name in command:
                return lie if name == word else fact
        return b""

    return enters(answer)


# name -> (behaviour, the faults that it may end with)
HUBS = {
    "megabytes without a newline": (flood(b"A" * 65536), {"hub-garbled"}),
    "endless lines": (flood(b"word\r\n" * 8192), {"hub-garbled"}),
    "control sequences": (flood(MARK * 2048), {"hub-garbled"}),
    "silence": (silent, {"hub-silent"}),
    "an echo": (repeat, {"hub-garbled"}),
    "a login for ever": (asks_who, {"hub-login-refused"}),
    "a prompt for an answer": (enters(lambda command: bytearray(b"\r\nhub# \r\nhub login: ")), {"hub-silent"}),
    "a serial with quotes": (lies_about(b"serial", b"SPK\"'`$(id)`00000001"), {"serial-invalid"}),
    "a serial with newlines": (lies_about(b"serial", b"SPK00000001\nSPK00000002\r\n"), {"hub-garbled"}),
    "a serial with escape sequences": (lies_about(b"serial", b"SPK" + MARK), {"hub-garbled"}),
    "a serial with separators": (lies_about(b"serial", b"SPK00000001,PASS;|"), {"serial-invalid"}),
    "a serial of 10,000 characters": (lies_about(b"serial", b"SPK00000001" * 909), {"hub-garbled"}),
    "a strange model": (lies_about(b"model", b"HUB-2; rm -rf /"), {"model-unknown"}),
    "a strange address": (lies_about(b"mac", b"ff:ff:ff:ff:ff:ff"), {"mac-invalid", "hub-garbled"}),
}


class HostileTests(unittest.TestCase):
    def test_each_bad_manner_ends_with_its_own_fault_and_nothing_of_it_gets_through(self):
        with World() as world, Floor(hubs=0, prefix=world.prefix, slots=len(HUBS), log="debug\n  file: FOLDER/station.log") as floor:
            limits = "limits:\n      boot: 8s\n      command: 3s\n      quiet: 300ms\n      chatter: 1s"
            floor.settings.write_text(floor.settings.read_text().replace("drop-caches: none", f"root: .\n    {limits}"))
            station = floor.start_station(log=open(floor.folder / "errors", "wb"))
            hubs = {}
            for number, (name, (behave, _)) in enumerate(HUBS.items(), 1):
                hub = HostileHub(behave)
                self.addCleanup(hub.close)
                world.tell(f"plug ttyUSB{number} pty={hub.device} place=1-1.{number}")
                hubs[f"A{number}"] = name
            ends = {}
            while len(ends) < len(hubs):
                event = station.wait_for(lambda event: event.get("word") in ("PASS", "FAIL", "STATION FAULT"), timeout=90)
                ends[event["slot"]] = event
            for slot, name in hubs.items():
                with self.subTest(name):
                    self.assertEqual(ends[slot]["word"], "FAIL")
                    self.assertIn(ends[slot].get("fault"), HUBS[name][1])
            peak = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{station.process.pid}/status").read_text())
            self.assertLess(int(peak[1]), 300 << 10, "kB of memory at the peak")
            self.assertEqual(station.stop(), 0)
            floor.run("ledger", "verify")
            self.look(floor, station.rest())

    def look(self, floor, wall):
        texts = [(floor.folder / "errors").read_bytes(), (floor.folder / "station.log").read_bytes()]
        texts += [line.encode() for line in wall]
        texts.append(floor.run("units").stdout.encode())
        for text in texts:
            self.assertIsNone(re.search(rb"[^\n\x20-\x7e\xc2-\xf4\x80-\xbf]", text), text[:200])
        with audit.Copy(floor.ledger) as database:
            for kind, body in database.execute("SELECT kind, CAST(body AS TEXT) FROM journal"):
                self.assertLess(len(body), 4096, kind)
                json.loads(body)
                # The dash of a signed note (C2SP signed-note) is the only sign beyond ASCII that a station writes by itself.
                own = body.replace("\u2014 station/", "") if kind == "ledger.sealed" else body
                self.assertIsNone(re.search(r"[^\x20-\x7e]", own), f"{kind} {body[:200]}")
            self.assertEqual(database.execute("SELECT count(*) FROM unit").fetchone(), (0,), "a liar became a unit")


if __name__ == "__main__":
    unittest.main()
