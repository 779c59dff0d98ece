"""Prints the figures of one run of `make bench`, each with its comparator and the ratio."""

import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
station = json.loads((folder / "station.json").read_text())
openssl = float((folder / "openssl").read_text())
cryptography = float((folder / "cryptography").read_text())
one = [float(word) for word in (folder / "sqlite-1").read_text().split()]
journal = [float(word) for word in (folder / "sqlite-journal").read_text().split()]
many = [float(word) for word in (folder / "sqlite-64").read_text().split()]


def line(what, ours, unit, theirs=None, name=""):
    text = f"{what:<44} {ours:>10,.2f} {unit}"
    if theirs:
        text += f"   {name} {theirs:,.2f}   ratio {ours / theirs:.2f}"
    print(text)


made = station["identitiesPerSecond"]
line("key + CSR + leaf, one thread", made, "a second", openssl, "openssl command")
line("", made, "a second", cryptography, "python cryptography")
rows = station["ledgerOne"]
line("durable journal rows, 1 waiting", rows["rowsPerSecond"], "a second", one[0], "plain SQLite in C")
line("  a row's wait, 99th percentile", rows["p99Milliseconds"], "ms", one[1], "its commit")
rows = station["ledgerSixtyFour"]
line("durable journal rows, 64 waiting", rows["rowsPerSecond"], "a second", many[0], "plain SQLite in C, 64 a commit")
line("  a row's wait, 99th percentile", rows["p99Milliseconds"], "ms")
commit = rows["commitP99Milliseconds"]
line("  a commit of 64 requests, 99th percentile", commit, "ms", journal[1], "plain SQLite in C, the same rows, goal 3 x:")
line("", commit, "ms", many[1], "plain SQLite in C, a narrow table:")
line("  its log at most", rows["logMegabytes"], "MB of 64")
for floor in station["floors"]:
    line(f"units, {floor['slots']} in-process hubs", floor["unitsPerMinute"], "a minute")
line("station's own time per unit, zero-latency hub", station["floors"][0]["millisecondsPerUnit"], "ms")
line("start to exit of `station --version`, median", float((folder / "start").read_text()), "ms")
line("peak memory of the benchmark", station["peakMegabytes"], "MB")
