"""The figures of production, worked out from the journal alone by software that is not Station's.

    report_oracle.py LEDGER.sqlite [--batch WO] [--since TIME] [--until TIME]     prints JSON

Definitions are those of `station report --help`; nothing is read but the journal's rows.
"""

import argparse
import collections
import datetime
import fractions
import json
import math
import sqlite3
import statistics

STEPS = ["identify", "flash", "forge", "certify", "deliver", "verify", "check", "label", "finish", "pass"]


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(span):
    return span / datetime.timedelta(seconds=1)


class Stay:
    def __init__(self, row):
        self.opened, self.slot, self.actor = instant(row["time"]), row["slot"], row["actor"]
        self.closed = self.outcome = self.code = self.hub = self.batch = self.step = None
        self.ends, self.begun, self.readings = {}, set(), []


def stays(path):
    found = {}
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows.row_factory = sqlite3.Row
    for row in rows.execute("SELECT * FROM journal WHERE attempt IS NOT NULL ORDER BY seq"):
        body = json.loads(row["body"])
        kind = row["kind"]
        if kind == "attempt.opened":
            found[row["attempt"]] = Stay(row)
        stay = found[row["attempt"]]
        stay.hub = stay.hub or row["hub"]
        step = body.get("step")
        if kind.startswith("step."):
            stay.step = step
        if kind == "step.began":
            stay.begun.add(step)
        elif kind == "step.done":
            stay.ends.setdefault(step, True)
            if step == "identify":
                stay.batch = body["evidence"].get("batch")
            if step == "check":
                stay.readings += [(r["name"], r["measure"], r.get("low"), r.get("high"), r["value"])
                                  for r in body["evidence"] if "value" in r]
        elif kind == "step.failed":
            stay.ends.setdefault(step, False)
            if body["fault"]["code"] == "check-outside":
                v = body["fault"]["values"]
                stay.readings.append((v["check"], v["measure"], float(v["low"]), float(v["high"]), float(v["value"])))
        elif kind == "attempt.closed":
            stay.closed, stay.outcome = instant(row["time"]), body["outcome"]
            stay.code = body.get("fault", {}).get("code")
    for stay in found.values():
        for step in stay.begun:
            stay.ends.setdefault(step, False)
    return list(found.values())


def percentile(values, percent):
    """Nearest rank."""
    values = sorted(values)
    return values[max(1, math.ceil(fractions.Fraction(len(values) * percent, 100))) - 1]


def yields(units):
    spans = [s for unit in units for s in unit]
    answer = {"started": len(units), "passedFirst": sum(u[0].outcome == "passed" for u in units),
              "passed": sum(u[-1].outcome == "passed" for u in units), "retested": sum(len(u) > 1 for u in units)}
    rolled, steps = 1.0, []
    for step in STEPS:
        firsts = [next(s.ends[step] for s in u if step in s.ends) for u in units if any(step in s.ends for s in u)]
        if firsts:
            rolled *= sum(firsts) / len(firsts)
            steps.append({"step": step, "entered": len(firsts), "passedFirst": sum(firsts)})
    answer |= {"firstPassYield": answer["passedFirst"] / len(units), "finalYield": answer["passed"] / len(units),
               "retestRate": answer["retested"] / len(units), "rolledThroughputYield": rolled, "steps": steps}
    hours = seconds(max(s.closed for s in spans) - min(s.opened for s in spans)) / 3600
    answer["unitsPerHour"] = answer["passed"] / hours
    answer["taktSeconds"] = hours * 3600 / answer["passed"]
    return answer


def fisher(a, n, c, m):
    """Two-sided, with whole numbers."""
    k = a + c
    weights = {i: math.comb(n, i) * math.comb(m, k - i) for i in range(max(0, k - m), min(k, n) + 1)}
    return float(fractions.Fraction(sum(w for w in weights.values() if w <= weights[a]), sum(weights.values())))


def slots(all_stays):
    counted = [s for s in all_stays if s.outcome in ("passed", "failed", "errored")]
    table = {}
    for slot in sorted({s.slot for s in counted}):
        mine = [s for s in counted if s.slot == slot]
        rest = [s for s in counted if s.slot != slot]
        bad, other = (sum(s.outcome != "passed" for s in group) for group in (mine, rest))
        table[slot] = {"slot": slot, "attempts": len(mine), "failures": bad,
                       "probability": fisher(bad, len(mine), other, len(rest)), "worse": bad / len(mine) > other / len(rest)}
    least = 0
    for rank, slot in enumerate(sorted(table, key=lambda name: table[name]["probability"])):
        least = max(least, min(1, table[slot]["probability"] * (len(table) - rank)))
        entry = table[slot]
        entry["adjustedProbability"] = least
        entry["verdict"] = "like the others" if least >= 0.05 else "worse" if entry.pop("worse") else "better"
        entry.pop("worse", None)
    return list(table.values())


def capability(readings):
    groups = collections.defaultdict(list)
    for name, measure, low, high, value in readings:
        groups[name, measure, low, high].append(value)
    answer = []
    for (name, measure, low, high), values in sorted(groups.items()):
        mean, deviation = statistics.fmean(values), statistics.stdev(values)
        answer.append({"name": name, "count": len(values), "mean": mean, "standardDeviation": deviation,
                       "cpk": min(high - mean, mean - low) / (3 * deviation)})
    return answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("ledger")
    parser.add_argument("--batch")
    parser.add_argument("--since", type=instant)
    parser.add_argument("--until", type=instant)
    wanted = parser.parse_args()
    units, strangers = {}, []
    for stay in stays(wanted.ledger):
        if stay.hub is None:
            strangers.append(stay)
        else:
            units.setdefault(stay.hub, []).append(stay)
    chosen = []
    for unit in units.values():
        end = next((i for i, s in enumerate(unit) if s.outcome == "passed"), len(unit) - 1)
        unit = unit[: end + 1]
        if wanted.batch and unit[-1].batch != wanted.batch:
            continue
        if wanted.since and unit[0].opened < wanted.since or wanted.until and unit[0].opened >= wanted.until:
            continue
        chosen.append(unit)
    strangers = [] if wanted.batch else [
        s for s in strangers
        if not (wanted.since and s.opened < wanted.since or wanted.until and s.opened >= wanted.until)]
    every = [s for unit in chosen for s in unit] + strangers
    bad = collections.Counter((s.step, s.code, s.outcome) for s in every if s.outcome not in (None, "passed"))
    days = collections.defaultdict(list)
    for unit in chosen:
        days[unit[0].opened.strftime("%Y-%m-%d")].append(unit)
    good = [s for s in every if s.outcome == "passed"]

    def times(key):
        groups = collections.defaultdict(list)
        for stay in good:
            groups[key(stay)].append(seconds(stay.closed - stay.opened))
        return [{"of": name, "count": len(v), "p50Seconds": percentile(v, 50), "p95Seconds": percentile(v, 95)}
                for name, v in sorted(groups.items())]

    print(json.dumps({
        "yields": yields(chosen), "unidentified": len(strangers),
        "days": {day: yields(part) for day, part in sorted(days.items())},
        "pareto": [{"step": step, "code": code, "outcome": outcome, "count": count} for (step, code, outcome), count
                   in sorted(bad.items(), key=lambda item: (-item[1], item[0]))],
        "cycleTime": times(lambda s: "all"), "bySlot": times(lambda s: s.slot), "byOperator": times(lambda s: s.actor),
        "capabilities": capability([r for s in every for r in s.readings]), "slots": slots(every),
    }, sort_keys=True))


if __name__ == "__main__":
    main()
