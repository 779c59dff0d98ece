"""Judges calls to the vendor's API by JSON Schema: standard input has one exchange a line, {"method", "path", "query",
"request", "status", "answer"}. Prints {"checked": {"ClaimHub 200": 3, ...}, "findings": [...]}.

With an argument: by that OpenAPI description (the vendor's own). Without: by the tables below, which say the same.
"""

import json
import re
import sys

from jsonschema import Draft202012Validator

UUID = r"^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$"
ATTRIBUTE = r"^[a-zA-Z0-9_.,@/:#=[\]-]*$"
# What the contract does not document, and every server does.
UNDOCUMENTED = {401, 403, 408, 429, 500, 502, 503, 504}
# Where nobody has claimed the hub yet, the contract wants these all the same, and the cloud leaves them out, sends null
# or sends nothing in them.
CLAIM = {"orgId": "none", "siteId": "none", "claimedAt": 0}


def thing(required="", **properties):
    """An object; names in `required` with blanks between them."""
    return {"type": "object", "properties": properties, "required": required.split()}


TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
COUNT = {"type": "integer", "exclusiveMinimum": 0}
WORD = {"type": "string", "minLength": 1}
NAME = {"type": "string", "maxLength": 800, "pattern": ATTRIBUTE}
LOCK_KEY = thing("uuid", uuid=TEXT, indexNumber={"type": "integer"}, userId=TEXT)
REFUSED = thing("success error message", success={"enum": [False]}, error=TEXT, message=TEXT)
BARE = thing("error message", error=TEXT, message=TEXT)
MISSING = thing(
    "success errors", success=FLAG, errors={"type": "array", "items": thing("code message", code=NUMBER, message=TEXT)})


def done(event, required, **more):
    """A command that took effect, or that found its effect there already (event null)."""
    data = {"type": "object", "required": required.split()}
    body = thing(
        "success aggregateId version event", success=FLAG, aggregateId=TEXT, version=NUMBER,
        event={"type": ["object", "null"], "properties": {"type": {"enum": [event]}, "data": data},
               "required": ["type", "data"]})
    body["properties"].update(more)
    body["required"] += list(more)
    return body


KEY = dict(number=COUNT, orgId=TEXT, addedAt=NUMBER)
STATUS = thing(
    "hubId serial model thingName status orgId siteId isPrimary provisionedAt claimedAt", hubId=TEXT, serial=TEXT,
    model=TEXT, thingName=TEXT, status={"enum": ["Provisioned", "Claimed", "Suspended", "Decommissioned"]}, orgId=TEXT,
    siteId=TEXT, isPrimary=FLAG, provisionedAt=NUMBER, claimedAt=NUMBER, online=FLAG, lastSeen=NUMBER, version=TEXT,
    uptimeSeconds=NUMBER)
NEEDS_HUB = {400: REFUSED, 404: REFUSED, 502: REFUSED}
PROVISIONED = done("HubProvisioned", "hubId serial model thingName provisionedAt")
CREATED = done("LockCreated", "lockId uuid timestamp")
# Path -> request, answers.
TABLES = {
    "POST /hubs/{id}/ProvisionHub": (
        thing("hubId serial model", hubId={"type": "string", "pattern": UUID}, serial=WORD, model=WORD, thingName=TEXT,
              vendorName=TEXT),
        {200: PROVISIONED, 201: PROVISIONED, 400: REFUSED, 401: REFUSED}),
    "POST /hubs/{id}/ClaimHub": (
        thing("hubId siteId userId", hubId=TEXT, orgId=TEXT, siteId=TEXT, userId=TEXT),
        {200: done("HubClaimed", "hubId orgId siteId claimedBy claimedAt"), **NEEDS_HUB}),
    "POST /hubs/{id}/ReClaimHub": (
        thing("hubId newOrgId newSiteId reason userId", hubId=TEXT, newOrgId=TEXT, newSiteId=TEXT, reason=WORD,
              userId=TEXT),
        {200: done("HubReClaimed", "hubId previousOrgId previousSiteId newOrgId newSiteId reclaimedBy reason reclaimedAt"),
         **NEEDS_HUB}),
    "POST /hubs/{id}/SuspendHub": (
        thing("hubId reason userId", hubId=TEXT, reason=WORD, userId=TEXT),
        {200: done("HubSuspended", "hubId reason suspendedBy suspendedAt"), **NEEDS_HUB}),
    "POST /hubs/{id}/SendHubCommand": (
        thing("hubId command", hubId={"type": "string", "pattern": UUID}, command=WORD, args={"type": "object"}),
        {200: thing("success aggregateId version event", success=FLAG, aggregateId=TEXT, version=NUMBER,
                    event={"type": "null"}), **NEEDS_HUB}),
    "GET /hubs/{id}/status": (None, {200: STATUS, 404: MISSING}),
    "POST /locks/{id}/CreateLock": (
        thing("index uuid", index=COUNT, uuid={"type": "string", "pattern": UUID}, serialNumber=NAME, vendorName=NAME,
              ownerId=TEXT, keys={"type": "array", "items": LOCK_KEY}),
        {200: CREATED, 201: CREATED, 400: REFUSED}),
    "GET /locks/{id}/basic-info": (
        None, {200: thing("id lockId uuid version r2Prefix", id=TEXT, lockId=NUMBER, uuid=TEXT, version=NUMBER,
                          serialNumber=TEXT, ownerId=TEXT, r2Prefix=TEXT), 404: MISSING}),
    "POST /users/{id}/AddPhysicalKey": (
        thing("orgId", orgId=WORD, orgName=TEXT, note={"type": "string", "maxLength": 500}),
        {200: done("PhysicalKeyAdded", "userId number orgId addedAt", **KEY), 400: BARE, 404: BARE}),
    "GET /users/{id}/PhysicalKeys": (
        None, {200: thing("keys total", keys={"type": "array", "items": thing("number orgId addedAt", **KEY)},
                          total={"type": "integer", "minimum": 0}), 404: MISSING}),
    "GET /users/{id}/PhysicalKeys/{number}": (None, {200: thing("number orgId addedAt", **KEY), 404: MISSING}),
    "POST /users/{id}/RemovePhysicalKey": (
        thing("number", number=COUNT),
        {200: done("PhysicalKeyRemoved", "userId number removedAt", number=COUNT), 400: BARE, 404: BARE}),
}


def described(path):
    """The same tables out of an OpenAPI description. The commands' own schemas are stricter than their paths' bodies."""
    with open(path) as file:
        description = json.load(file)
    tables = {}
    for route, methods in description["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            strict = description.get("x-command-schemas", {}).get(route.split("/")[-1])
            bodies = [schema for schema in (body, strict) if schema]
            tables[f"{method.upper()} {route}"] = (
                {"allOf": bodies} if bodies else None,
                {int(status): answer["content"]["application/json"]["schema"]
                 for status, answer in operation["responses"].items()})
    return tables


def main():
    tables = described(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    routes = [(re.compile(re.sub(r"\{[^}]*\}", "[^/]+", route) + "$"), route) for route in tables]
    checked, findings = {}, []

    def judge(schema, value, what):
        checked[what] = checked.get(what, 0) + 1
        for error in Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(value):
            findings.append(f"{what}: {error.json_path}: {error.message[:200]}")

    for line in sys.stdin:
        exchange = json.loads(line)
        route = next((route for pattern, route in routes
                      if pattern.match(f"{exchange['method']} {exchange['path']}")), None)
        if route is None:
            findings.append(f"no such call: {exchange['method']} {exchange['path']}")
            continue
        request, answers = tables[route]
        name = route.split("/")[-1] if "{number}" not in route else "PhysicalKey"
        if request is not None and exchange["intended"]:
            judge(request, exchange["request"], f"{name} request")
        status, answer = exchange["status"], exchange["answer"]
        if status not in answers:
            if status not in UNDOCUMENTED:
                findings.append(f"{name}: answers {status}, which is not documented")
            checked[f"{name} {status} undocumented"] = checked.get(f"{name} {status} undocumented", 0) + 1
            continue
        if name == "status" and answer.get("status") == "Provisioned":
            answer = {**answer, **{key: value for key, value in CLAIM.items() if answer.get(key) is None}}
        judge(answers[status], answer, f"{name} {status}")
    print(json.dumps({"checked": checked, "findings": findings}))


main()
