#!/usr/bin/env bash
# Registers hubs with an AWS IoT that is not ours, and logs in with what the hub was given.
#
# usage: run.sh IDENTITY_FOLDER COMMAND [ARGUMENTS...]
#
# COMMAND runs beside a fresh MiniStack (signatures and IAM policies enforced) with these in its environment:
#   STATION_MINISTACK_ENDPOINT  http://127.0.0.1:PORT     STATION_MINISTACK_REGION, STATION_MINISTACK_ACCOUNT
#   AWS_SHARED_CREDENTIALS_FILE an IAM user that may do exactly what Packaging/aws/station-policy.json says
#   STATION_MINISTACK_POLICY    the IoT policy to attach   STATION_IDENTITY_FOLDER  IDENTITY_FOLDER
# It must register one hub and leave in IDENTITY_FOLDER: private.key, certificate.pem, and the Thing's name in
# identity.json (`thingName`) or in a file `thing`. Then mosquitto connects over mutual TLS with these files.
#
# STATION_VENV names the Python environment with ministack and cryptography; without it STATION_TEST_PYTHON or python3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
say() { printf 'ministack: %s\n' "$*"; }
die() { printf 'ministack: %s\n' "$*" >&2; exit 1; }

[ $# -ge 2 ] || die "usage: run.sh IDENTITY_FOLDER COMMAND [ARGUMENTS...]"

if [ "${STATION_MINISTACK_INSIDE:-}" != yes ]; then
  # MiniStack's MQTT listener binds every address: in a network of its own nobody else can reach it, and its port is free.
  unshare -rn true 2>/dev/null || die "cannot make a network namespace (unshare -rn): run where that is allowed"
  STATION_MINISTACK_INSIDE=yes exec unshare -rn -- "$0" "$@"
fi
ip link set lo up

identity=$1
shift
if [ -n "${STATION_VENV:-}" ]; then python=$STATION_VENV/bin/python; else python=${STATION_TEST_PYTHON:-python3}; fi
"$python" -c 'import ministack, botocore, cryptography' 2>/dev/null ||
  die "$python cannot import ministack, botocore and cryptography: pip install ministack cryptography"
for program in mosquitto_pub mosquitto_sub curl; do
  command -v "$program" >/dev/null || die "$program is missing: apt install mosquitto-clients curl"
done

scratch=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}
trap finish EXIT

port=4566 region=eu-central-1 account=123456789012
endpoint=http://127.0.0.1:$port
(
  cd "$scratch"
  exec env -u AWS_PROFILE BIND_HOST=127.0.0.1 GATEWAY_PORT=$port AUTH=true MINISTACK_REGION=$region \
    MINISTACK_ACCOUNT_ID=$account SERVICES=iot,iam,sts HOME="$scratch" \
    "$python" -m ministack >"$scratch/server.log" 2>&1
) &
server=$!
for _ in $(seq 300); do
  curl -sf -o /dev/null "$endpoint/_ministack/health" && break
  kill -0 "$server" 2>/dev/null || { cat "$scratch/server.log" >&2; die "MiniStack ended"; }
  sleep 0.1
done
curl -sf -o /dev/null "$endpoint/_ministack/health" || { cat "$scratch/server.log" >&2; die "MiniStack is not ready after 30 s"; }
"$python" "$here/prepare.py" "$endpoint" "$region" "$account" "$here/../../Packaging/aws/station-policy.json" "$scratch"

say "running: $*"
STATION_MINISTACK_ENDPOINT=$endpoint STATION_MINISTACK_REGION=$region STATION_MINISTACK_ACCOUNT=$account \
  STATION_MINISTACK_POLICY=hub-policy STATION_IDENTITY_FOLDER=$identity \
  AWS_SHARED_CREDENTIALS_FILE=$scratch/credentials AWS_CONFIG_FILE=/nonexistent \
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE "$@" ||
  { tail -40 "$scratch/server.log" >&2; die "the command failed"; }

for file in private.key certificate.pem; do
  [ -s "$identity/$file" ] || die "the command left no $identity/$file"
done
if [ -s "$identity/thing" ]; then
  thing=$(cat "$identity/thing")
else
  thing=$("$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))["thingName"])' "$identity/identity.json")
fi

# MiniStack's own name is in its server certificate; --insecure would prove less.
client=(-h localhost -p 8883 --cafile "$scratch/server-ca.pem" --cert "$identity/certificate.pem"
  --key "$identity/private.key" -V mqttv311 -q 1)
topic=hubs/$thing/test

timeout 30 mosquitto_sub "${client[@]}" -i "$thing" -t "$topic" -E >"$scratch/sub.log" 2>&1 ||
  { cat "$scratch/sub.log" >&2; die "the hub could not connect and subscribe with its own files"; }
timeout 30 mosquitto_pub "${client[@]}" -i "$thing" -t "$topic" -m "hello from $thing" >"$scratch/pub.log" 2>&1 ||
  { cat "$scratch/pub.log" >&2; die "the hub could not publish with its own files"; }
say "$thing connected over mutual TLS with the delivered files, subscribed and published (both acknowledged)"

if timeout 30 mosquitto_pub "${client[@]}" -i "another-$thing" -t "$topic" -m no >"$scratch/other.log" 2>&1; then
  die "another client id was let in with this hub's certificate"
fi
say "another client id with the same files was refused: $(tail -1 "$scratch/other.log")"
