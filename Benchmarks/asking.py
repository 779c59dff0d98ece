"""Asks a large ledger beside the sqlite3 shell on the same file, and prints both.

    asking.py STATION LEDGER.sqlite

Station's own times are taken in its process, the shell's by its timer; starts of both programs are measured from outside.
"""

import json
import re
import subprocess
import sys
import time

station, ledger = sys.argv[1:3]
ours = json.loads(subprocess.run([station, "benchmark", "--ledger", ledger], check=True, capture_output=True).stdout)


def shell(*queries):
    """Milliseconds by the shell's own timer: the median of several runs of all queries together."""
    times = []
    for _ in range(9):
        script = ".mode list\n.output /dev/null\n" + "".join(f".timer on\n{query};\n.timer off\n" for query in queries)
        answer = subprocess.run(["sqlite3", "-readonly", ledger], input=script, text=True, check=True, capture_output=True)
        times.append(sum(float(word) for word in re.findall(r"real ([0-9.]+)", answer.stdout + answer.stderr)))
    return sorted(times)[len(times) // 2] * 1000


def value(query):
    return subprocess.run(["sqlite3", "-readonly", ledger, query], text=True, check=True, capture_output=True).stdout.strip()


def start(command):
    times = []
    for _ in range(9):
        before = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.monotonic() - before)
    return sorted(times)[len(times) // 2] * 1000


serial, hub, batch, slot, actor, authority, seen, sequence = value(
    "SELECT serial, hub, batch, slot, actor, authority, seen_time, seen_seq FROM unit ORDER BY seen_time LIMIT 1 OFFSET 1967"
).split("|")
page = "SELECT * FROM unit WHERE {} ORDER BY seen_time DESC, seen_seq DESC LIMIT 200"
theirs = {
    "look-up by serial": [f"SELECT * FROM unit WHERE serial = '{serial}'"],
    "the whole story of a unit": [
        f"SELECT * FROM attempt WHERE hub = '{hub}'", f"SELECT * FROM journal WHERE hub = '{hub}' ORDER BY seq",
        f"SELECT * FROM outbox WHERE hub = '{hub}'"],
    "newest": [page.format("true")],
    "batch": [page.format(f"batch = '{batch}'")],
    "outcome failed": [page.format("outcome = 'failed'")],
    "disposition making": [page.format("disposition = 'making'")],
    "slot": [page.format(f"slot = '{slot}'")],
    "operator": [page.format(f"actor = '{actor}'")],
    "firmware": [page.format("firmware = '1.3.9'")],
    "fault code": [page.format("fault_code = 'check-outside'")],
    "issuing CA": [page.format(f"authority = '{authority}'")],
    "a day": [page.format(f"seen_time >= '{seen}' AND seen_time < strftime('%Y-%m-%dT%H:%M:%fZ', '{seen}', '+1 day')")],
    "batch and outcome failed": [page.format(f"batch = '{batch}' AND outcome = 'failed'")],
    "operator, slot and fault code": [
        page.format(f"actor = '{actor}' AND slot = '{slot}' AND fault_code = 'check-outside'")],
    "an old page of 200": [page.format(f"(seen_time, seen_seq) < ('{seen}', {sequence})")],
    "part of a serial": [page.format(f"rowid IN (SELECT rowid FROM unit_text WHERE unit_text MATCH '\"{serial[-6:]}\"')")],
}
print(f"{ours['units']:,} units, {ours['rows']:,} rows; milliseconds, medians")
goals = {"look-up by serial": 5}
for figure in ours["figures"]:
    name, mine = figure["name"], figure["medianMilliseconds"]
    other = shell(*theirs[name])
    goal = goals.get(name, "" if name.startswith("the whole") else 50)
    print(f"{name:<34} {mine:>8.2f}   sqlite3 {other:>8.2f}   ratio {mine / max(other, 0.001):>5.1f}"
          + (f"   goal {goal}" if goal else "") + f"   worst {figure['worstMilliseconds']:.1f}")
print(f"{'opened for reading':<34} {ours['openedForReading']:>8.2f}")
print(f"{'opened for writing':<34} {ours['openedForWriting']:>8.2f}   goal 200")
first = start([station, "units", "--limit", "1", "--ledger", ledger])
other = start(["sqlite3", "-readonly", ledger, "SELECT * FROM unit LIMIT 1"])
print(f"{'`station units --limit 1`, whole':<34} {first:>8.2f}   sqlite3 {other:>8.2f}   goal 200")
