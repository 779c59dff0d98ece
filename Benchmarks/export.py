"""Exports a batch of a large ledger beside the sqlite3 shell on the same rows, and prints both.

    export.py STATION LEDGER.sqlite BATCH

The data file alone is timed inside of station's process; the whole signed bundle, its memory and the report from outside.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

station, ledger, batch = sys.argv[1:4]
COLUMNS = ("serial, model, hub, mac, thing, certificate, firmware, batch, 'Example Ltd', registration, disposition, passed_time,"
           " attempts, slot, actor,"
           " (SELECT count(*) FROM lock WHERE lock.hub = unit.hub),"
           " (SELECT group_concat(lock, ' ') FROM lock WHERE lock.hub = unit.hub),"
           " (SELECT group_concat(coalesce(serial, '?'), ' ') FROM lock WHERE lock.hub = unit.hub)")


def run(*command):
    """Seconds, and the most memory in MB."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: {status}")
    return time.monotonic() - before, usage.ru_maxrss / 1024


with tempfile.TemporaryDirectory() as folder:
    ours = json.loads(subprocess.run(
        [station, "benchmark", "--ledger", ledger, "--batch", batch], check=True, capture_output=True).stdout)
    query = f"SELECT {COLUMNS} FROM unit WHERE batch = '{batch}' AND passed_seq IS NOT NULL ORDER BY serial"
    script = f".headers on\n.output {folder}/shell.csv\n{query};\n"
    theirs = []
    for _ in range(3):
        before = time.monotonic()
        subprocess.run(["sqlite3", "-readonly", "-csv", ledger], input=script, text=True, check=True)
        theirs.append((time.monotonic() - before) * 1000)
    other, size = min(theirs), os.path.getsize(f"{folder}/shell.csv")
    print(f"{ours['units']:,} units of one batch; milliseconds")
    for figure in ours["figures"]:
        print(f"{'data file, ' + figure['profile']:<34} {figure['milliseconds']:>8.0f}   {figure['bytes'] / 1e6:>6.1f} MB"
              + (f"   sqlite3 -csv {other:.0f} ms, {size / 1e6:.1f} MB   ratio {figure['milliseconds'] / other:.2f}   goal 1.5"
                 if figure["profile"] == "csv" else ""))
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", f"{ledger}.seal-key"], check=True)
    os.chmod(f"{ledger}.seal-key", 0o600)
    # The first seal reads the whole ledger once; a station has made it long before.
    subprocess.run([station, "seal", "now", "--ledger", ledger], check=True, stdout=subprocess.DEVNULL)
    allow = ["--allow-unregistered", "--reason", "benchmark", "--to", folder, "--ledger", ledger]
    seconds, memory = run(station, "export", batch, "--profile", "csv", *allow)
    print(f"{'the whole signed bundle':<34} {seconds * 1000:>8.0f}   peak {memory:.0f} MB   goal 80 MB")
    seconds, memory = run(station, "export", "verify", f"{folder}/{batch}-r1-csv")
    print(f"{'verified':<34} {seconds * 1000:>8.0f}   peak {memory:.0f} MB")
    seconds, memory = run(station, "report", "--json", "--ledger", ledger)
    print(f"{'a report over ' + format(ours['started'], ',') + ' units':<34} {seconds * 1000:>8.0f}   peak {memory:.0f} MB"
          f"   the figures alone {ours['reportMilliseconds']:.0f}")
