"""Judges exports in formats that others defined, with software that is not ours, and compares them with the journal.

    standards_oracle.py wats FOLDER LEDGER     good REPORTS ENDS, or what is wrong
    standards_oracle.py cfx FOLDER LEDGER      good MESSAGES ENDS, or what is wrong

ENDS are how the attempts ended (P, F, E, T), those of one unit together.

WATS reports are read by pywats-api, the library of the format's owner, which knows fields, types and what its comparison
operators mean; lengths, required fields and that there is no other are a schema after the public description of WSJF
(https://support.virinco.com/hc/en-us/articles/360014879119-Post-WSJF). CFX messages are judged by a schema after the classes
of the public SDK (https://github.com/IPCConnectedFactoryExchange/CFX: CFXEnvelope, WorkStarted, WorkCompleted, UnitsTested,
UnitsPersonalized and the structures in them), with nothing allowed beside.
"""
import json
import pathlib
import sqlite3
import sys

import jsonschema

UUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def thing(required, **optional):
    return {"type": "object", "additionalProperties": False, "required": list(required),
            "properties": {**required, **optional}}


def array(of, **more):
    return {"type": "array", "items": of, **more}


def one_of(*words):
    return {"enum": list(words)}


# --- WATS

SHORT = {"type": "string", "minLength": 1, "maxLength": 100}
CALL = thing({"path": {"type": "string", "maxLength": 500}, "name": {"type": "string", "maxLength": 200},
              "version": {"type": "string", "minLength": 1, "maxLength": 30}})
STATUS = one_of("P", "F", "E", "T", "S")
STEP = {"$ref": "#/$defs/step"}
WATS = {
    "$defs": {"step": thing(
        {"id": {"type": "integer"}, "group": one_of("S", "M", "C"), "name": SHORT, "status": STATUS,
         "stepType": one_of("SequenceCall", "Action", "ET_NLT", "ET_SVT")},
        start=TIME, totTime={"type": "number", "minimum": 0}, errorMessage=TEXT, seqCall=CALL, steps=array(STEP),
        numericMeas=array(thing({"compOp": one_of("LOG", "GE", "LE", "GELE"), "status": one_of("P", "F"), "unit": TEXT,
                                 "value": NUMBER}, lowLimit=NUMBER, highLimit=NUMBER), minItems=1, maxItems=1),
        stringMeas=array(thing({"compOp": one_of("LOG"), "status": one_of("P", "F"), "value": TEXT}),
                         minItems=1, maxItems=1))},
    **thing(
        {"id": UUID, "type": one_of("T"), "pn": SHORT, "sn": SHORT, "rev": SHORT,
         "processCode": {"type": "integer", "minimum": 1}, "result": one_of("P", "F", "E", "T"), "machineName": SHORT,
         "location": SHORT, "purpose": SHORT,
         "start": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$"}, "startUTC": TIME,
         "root": STEP, "uut": thing({"user": SHORT, "batchSN": SHORT, "execTime": NUMBER}, fixtureId=SHORT, errorMessage=TEXT),
         "miscInfos": array(thing({"description": SHORT, "text": SHORT}))}),
}

# --- CFX

UNIT = {"UnitIdentifier": SHORT, "UnitPositionNumber": one_of(1)}
RESULT = one_of("Passed", "Failed", "Error", "Aborted")
NUMERIC = thing({"$type": one_of("CFX.Structures.NumericMeasurement, CFX"), "UniqueIdentifier": UUID, "MeasurementName": SHORT,
                 "Sequence": {"type": "integer", "minimum": 1}, "Result": RESULT,
                 "MeasuredValue": thing({"Value": NUMBER, "ValueUnits": TEXT}, MinimumAcceptableValue=NUMBER,
                                        MaximumAcceptableValue=NUMBER)})
WORD = thing({"$type": one_of("CFX.Structures.TextMeasurement, CFX"), "UniqueIdentifier": UUID, "MeasurementName": SHORT,
              "Sequence": {"type": "integer", "minimum": 1}, "Result": RESULT, "Value": TEXT})
READINGS = array({"oneOf": [NUMERIC, WORD]})
TEST = thing({"UniqueIdentifier": UUID, "TestName": SHORT, "TestStartTime": TIME, "TestEndTime": TIME,
              "TestConditions": array({}, maxItems=0), "Result": RESULT, "DefectsFound": array({}, maxItems=0),
              "SymptomsFound": array(thing(
                  {"UniqueIdentifier": UUID, "SymptomCode": SHORT, "Description": TEXT,
                   "ComponentsOfInterest": array({}, maxItems=0), "Priority": one_of(1), "RelatedMeasurements": READINGS})),
              "Measurements": READINGS}, Error=TEXT)
BODIES = {
    "CFX.Production.WorkStarted": thing(
        {"TransactionID": UUID, "Lane": TEXT, "UnitCount": one_of(1), "Units": array(
            thing({"UnitIdentifier": SHORT, "PositionNumber": one_of(1), "X": NUMBER, "Y": NUMBER, "Rotation": NUMBER,
                   "FlipX": {"type": "boolean"}, "FlipY": {"type": "boolean"}}, PositionName=TEXT), minItems=1, maxItems=1)}),
    "CFX.Production.TestAndInspection.UnitsTested": thing(
        {"TransactionId": UUID, "TestMethod": one_of("Automated"),
         "Tester": thing({"OperatorIdentifier": SHORT, "ActorType": one_of("Human", "Robot", "RemoteSystem")}),
         "SamplingInformation": thing({"SamplingMethod": one_of("NoSampling")}),
         "TestedUnits": array(thing({**UNIT, "OverallResult": RESULT, "Tests": array(TEST)}), minItems=1, maxItems=1)}),
    "CFX.Production.Assembly.UnitsPersonalized": thing(
        {"TransactionId": UUID, "PersonalizedUnits": array(thing(
            {**UNIT, "Characteristics": array(thing({"Name": SHORT, "Value": TEXT}), minItems=1)}), minItems=1, maxItems=1)}),
    "CFX.Production.WorkCompleted": thing({"TransactionID": UUID, "Result": one_of("Completed", "Failed", "Aborted")}),
}
ENVELOPE = thing({"MessageName": one_of(*BODIES), "Version": one_of("1.3"), "TimeStamp": TIME, "UniqueID": UUID, "Source": SHORT,
                  "Target": {"type": "null"}, "RequestID": {"type": "null"}, "MessageBody": {"type": "object"}})

# --- What the journal says


class Attempt:
    def __init__(self, rows):
        end = next((place for place, row in enumerate(rows) if row["kind"] == "attempt.closed"), len(rows) - 1)
        self.rows = [(row, json.loads(row["body"])) for row in rows[:end + 1]]
        self.first, (last, self.end) = rows[0], self.rows[-1]
        self.ended = last["kind"] == "attempt.closed"
        self.closed, self.outcome = last["time"], self.end.get("outcome")
        self.code = self.end.get("fault", {}).get("code")
        self.steps, open_step = [], None
        for row, body in self.rows:
            kind, step = row["kind"], body.get("step")
            if kind == "step.began":
                open_step = step
            elif kind == "step.done":
                readings = [(r["name"], r.get("value"), r["text"], r.get("low"), r.get("high"), r["measure"], True)
                            for r in body["evidence"]] if step == "check" else []
                self.steps.append((step, "passed", readings))
                open_step = None
            elif kind == "step.failed":
                v, readings = body["fault"].get("values", {}), []
                if body["fault"]["code"] == "check-outside":
                    readings = [(v["check"], number(v["value"]), v["value"], number(v["low"]), number(v["high"]), v["measure"],
                                 False)]
                self.steps.append((step, self.outcome, readings))
                open_step = None
        if open_step:
            self.steps.append((open_step, "aborted", []))


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def story(ledger, manifest):
    """Serial -> unit and its ended attempts, in order, as of the export's row."""
    base = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    base.row_factory = sqlite3.Row
    found = {}
    for unit in base.execute("SELECT * FROM unit WHERE batch = ? AND passed_seq IS NOT NULL AND NOT on_hold ORDER BY serial",
                             [manifest["batch"]]):
        names = base.execute(
            "SELECT attempt, min(seq) FROM journal WHERE hub = ? AND attempt IS NOT NULL AND seq <= ? GROUP BY attempt"
            " ORDER BY min(seq)", [unit["hub"], manifest["position"]]).fetchall()
        attempts = [Attempt(base.execute("SELECT * FROM journal WHERE attempt = ? AND seq <= ? ORDER BY seq",
                                         [name, manifest["position"]]).fetchall()) for name, _ in names]
        found[unit["serial"]] = dict(unit), [attempt for attempt in attempts if attempt.ended]
    return found


LETTER = {"passed": "P", "failed": "F", "errored": "E", "aborted": "T"}


def wats(folder, manifest, units):
    from pywats.domains.report.report_models.uut.uut_report import UUTReport
    count = 0
    for serial, (unit, attempts) in units.items():
        for place, attempt in enumerate(attempts, 1):
            where = f"{serial}-{place}"
            path = folder / "wats" / f"{where}.json"
            value = json.loads(path.read_text())
            jsonschema.validate(value, WATS)
            report = UUTReport.model_validate(value)
            count += 1
            first = attempt.first
            same(where, [
                (report.sn, serial), (report.pn, unit["model"]), (report.station_name, first["station"]),
                (report.process_code, manifest["profile"]["wats"]["processCode"]),
                (report.start.isoformat(), report.start_utc.isoformat()), (value["startUTC"], first["time"]),
                (report.result, LETTER[attempt.outcome]), (report.root.status, LETTER[attempt.outcome]),
                (report.info.operator, first["actor"]), (report.info.fixture_id, first["slot"]),
                (report.info.batch_number, manifest["batch"]),
                ((report.info.error_message or "").split(" ")[0] or None, attempt.code),
                ([step.name for step in report.root.steps], [step[0] for step in attempt.steps]),
                ([step.status for step in report.root.steps], [LETTER[step[1]] for step in attempt.steps])])
            notes = {note.description: note.string_value for note in report.misc_infos}
            same(where, [(notes["certificate-id"], unit["certificate"]), (notes["registration"], unit["registration"]),
                         (notes["mac"], unit["mac"])])
            for step, (_, _, readings) in zip(report.root.steps, attempt.steps):
                for got, (name, read, text, low, high, unit_name, passed) in zip(getattr(step, "steps", []), readings, strict=True):
                    at = f"{where} {name}"
                    same(at, [(got.name, name), (got.status, "P" if passed else "F")])
                    if read is None:
                        same(at, [(got.step_type, "ET_SVT"), (got.measurement.value, text)])
                        continue
                    # What their library makes of value, operator and limits is what the station decided.
                    verdict, _ = got.measurement.validate_against_limits()
                    limits = [got.measurement.low_limit, got.measurement.high_limit]
                    if low is None and high is not None:
                        limits.reverse()
                    same(at, [(got.measurement.value, read), (got.measurement.unit, unit_name), (limits, [low, high]),
                              (verdict.value, got.status), (got.measurement.status, got.status)])
    files = list((folder / "wats").iterdir())
    return f"good {count}" if len(files) == count else f"{len(files)} files, {count} attempts"


def cfx(folder, manifest, units):
    lines = [json.loads(line) for entry in manifest["files"] if entry["name"].endswith("-cfx.jsonl")
             for line in (folder / entry["name"]).read_text().splitlines()]
    if len({line["UniqueID"] for line in lines}) != len(lines):
        return "a message has the id of another"
    words = {"passed": "Passed", "failed": "Failed", "errored": "Error", "aborted": "Aborted"}
    count, rest = len(lines), iter(lines)

    def take(name, time, station):
        envelope = next(rest)
        jsonschema.validate(envelope, ENVELOPE)
        same(name, [(envelope["MessageName"], name), (envelope["TimeStamp"], time), (envelope["Source"], station)])
        jsonschema.validate(envelope["MessageBody"], BODIES[name])
        return envelope["MessageBody"]

    for serial, (unit, attempts) in units.items():
        for attempt in attempts:
            station = attempt.first["station"]
            started = take("CFX.Production.WorkStarted", attempt.first["time"], station)
            tested = take("CFX.Production.TestAndInspection.UnitsTested", attempt.closed, station)
            transaction = started["TransactionID"]
            same(serial, [(started["Units"][0]["UnitIdentifier"], serial),
                          (started["Units"][0]["PositionName"], attempt.first["slot"]),
                          (tested["TransactionId"], transaction),
                          (tested["Tester"]["OperatorIdentifier"], attempt.first["actor"])])
            result = tested["TestedUnits"][0]
            same(serial, [(result["UnitIdentifier"], serial), (result["OverallResult"], words[attempt.outcome])])
            for test, (name, end, readings) in zip(result["Tests"], attempt.steps, strict=True):
                same(f"{serial} {name}", [(test["TestName"], name), (test["Result"], words[end]),
                                          (len(test["SymptomsFound"]), 1 if end == "failed" else 0)])
                found = test["SymptomsFound"][0]["RelatedMeasurements"] if end == "failed" else test["Measurements"]
                for got, (name, read, text, low, high, unit_name, passed) in zip(found, readings, strict=True):
                    value = got.get("MeasuredValue", {})
                    same(f"{serial} {name}", [
                        (got["MeasurementName"], name), (got["Result"], "Passed" if passed else "Failed"),
                        (value.get("Value"), read), (got.get("Value"), text if read is None else None),
                        (value.get("MinimumAcceptableValue"), low if read is not None else None),
                        (value.get("MaximumAcceptableValue"), high if read is not None else None),
                        (value.get("ValueUnits"), unit_name if read is not None else None)])
            if attempt.outcome == "passed":
                personal = take("CFX.Production.Assembly.UnitsPersonalized", attempt.closed, station)
                notes = {one["Name"]: one["Value"] for one in personal["PersonalizedUnits"][0]["Characteristics"]}
                same(serial, [(notes["hub-id"], unit["hub"]), (notes["mac"], unit["mac"]),
                              (notes["registration"], unit["registration"]), (personal["TransactionId"], transaction)])
            done = take("CFX.Production.WorkCompleted", attempt.closed, station)
            same(serial, [(done["TransactionID"], transaction),
                          (done["Result"], {"passed": "Completed", "failed": "Failed"}.get(attempt.outcome, "Aborted"))])
    return f"good {count}" if next(rest, None) is None else "there are more messages than attempts"


class Otherwise(Exception):
    pass


def same(where, pairs):
    for got, wanted in pairs:
        if got != wanted:
            raise Otherwise(f"{where}: {got!r}, not {wanted!r}")


def main(form, folder, ledger):
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    units = story(ledger, manifest)
    ends = " ".join("".join(LETTER[attempt.outcome] for attempt in attempts) for _, attempts in units.values())
    try:
        verdict = {"wats": wats, "cfx": cfx}[form](folder, manifest, units)
        return f"{verdict} {ends}" if verdict.startswith("good") else verdict
    except (Otherwise, ValueError, jsonschema.ValidationError) as problem:
        return f"bad: {str(problem)[:400]}"


if __name__ == "__main__":
    print(main(*sys.argv[1:4]))
