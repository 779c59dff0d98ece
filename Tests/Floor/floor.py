"""A whole floor of processes for tests: the simulated cloud, shell hubs on terminals, and a station pointed at them.

Everything is started from the built `station` program, as a person would start it, and judged from outside.
"""

import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STATION = os.environ.get("STATION_PROGRAM", str(ROOT / ".build/debug/station"))


class Lines:
    """A process whose standard output is read line by line."""

    def __init__(self, *words, env=None, log=None, prefix=()):
        self.process = subprocess.Popen(
            [*prefix, STATION, *map(str, words)], stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL, text=True, env=env
        )
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.seen.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def json(self, timeout=30):
        line = self.lines.get(timeout=timeout)
        if line is None:
            raise SystemExit(f"the process ended: {self.process.wait()}")
        return json.loads(line)

    def wait_for(self, match, timeout=60):
        end = time.monotonic() + timeout
        while True:
            value = self.json(timeout=max(0.1, end - time.monotonic()))
            if match(value):
                return value

    def stop(self, number=signal.SIGTERM, timeout=20):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=timeout)

    def rest(self, timeout=20):
        """Every line from the first to the last; waits for the end of the output."""
        self.reader.join(timeout=timeout)
        if self.reader.is_alive():
            raise SystemExit("the output of an ended process does not end")
        return list(self.seen)


class Floor:
    """A scratch folder with a cloud, hubs, a CA and settings."""

    def __init__(
        self, hubs=1, key="station", aws=None, prefix=(), presence="usb", slots=2, log="warning", issuer="ca"
    ):
        self.prefix = list(prefix)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="station-floor-"))
        self.kept = False
        self.log = log
        self.processes = []
        cloud = ["simulate", "cloud", "--listen", "127.0.0.1:0", "--state", self.folder / "cloud.json"]
        if aws:
            cloud.append("--things-elsewhere")
        self.cloud = self.start(*cloud)
        self.cloud_facts = self.cloud.json()
        self.hubs = []
        if hubs:
            self.row, self.hubs = self.start_hubs(hubs)
        self.ledger = self.folder / "ledger.sqlite"
        self.settings = self.folder / "settings.yaml"
        self.environment = dict(os.environ)
        for name in list(self.environment):
            if name.startswith("AWS_"):
                del self.environment[name]
        if aws:
            self.environment["AWS_SHARED_CREDENTIALS_FILE"] = aws["credentials"]
            self.environment["AWS_CONFIG_FILE"] = "/nonexistent"
        else:
            keys = self.cloud_facts["credentials"]
            self.environment["AWS_SHARED_CREDENTIALS_FILE"] = keys["awsCredentials"]
            self.environment["AWS_CONFIG_FILE"] = keys["awsConfig"]
        self.write_settings(key, aws, presence, slots, issuer)
        if issuer == "ca":
            self.make_authority()

    def start(self, *words, **more):
        process = Lines(*words, prefix=self.prefix, **more)
        self.processes.append(process)
        return process

    def start_hubs(self, count, first=1):
        """Starts so many hubs; their process, and what each says of itself."""
        # Outside of any forged world: a bind-mounted ptmx makes no terminals, and hubs need no network.
        words = ["simulate", "hubs", "--count", count, "--first-serial", first, "--folder", self.folder / "hubs"]
        row = Lines(*words)
        self.processes.append(row)
        return row, [row.json() for _ in range(count)]

    def write_settings(self, key, aws, presence, slots, issuer):
        facts = self.cloud_facts
        aws = aws or {
            "region": facts["region"], "account": facts["account"], "endpoint": facts["awsEndpoint"],
            "policy": facts["policies"][0],
        }
        (self.folder / "record").mkdir()
        places = "".join(f"""
  - name: A{number}
    path: pci-0000:00:14.0-usb-0:1.{number}:1.0
    presence: {presence if number == slots else "usb"}""" for number in range(1, slots + 1))
        signs = f"""issuer:
  certificate: {self.folder}/ca.pem
  key: file:{self.folder}/ca.key
  passphrase:
    file: {self.folder}/passphrase"""
        if issuer == "aws":
            signs = "issuer: aws"
        self.settings.write_text(f"""station: test
ledger: {self.ledger}
hub-namespace: 6ba7b810-9dad-11d1-80b4-00c04fd430c8
slots:{places}
models:
  - id: HUB-2
    vendor-name: ExampleHome
    serial:
      pattern: "SPK[0-9]{{8}}"
      upper-case: true
    mac-required: true
    key: {key}
    profile: scratch
    baud: 115200
    layout: plain
profiles:
  - name: scratch
    root: ROOT
{signs}
trust-roots: [amazon]
cloud:
  aws:
    region: {aws["region"]}
    account: "{aws["account"]}"
    endpoint: {aws["endpoint"]}
    data-endpoint: test-ats.iot.{aws["region"]}.amazonaws.com
    credential-endpoint: test.credentials.iot.{aws["region"]}.amazonaws.com
    policy-via: certificate
    policy-name: {aws["policy"]}
  vendor:
    base-url: {facts["cloud"]}
    authentication: api-key
    api-key:
      file: {facts["credentials"]["apiKey"]}
  network:
    no-proxy: [127.0.0.1]
    connect-timeout: 5s
    request-timeout: 10s
  calls-per-second: 50
record:
  folder: {self.folder}/record
log:
  level: {self.log.replace('FOLDER', str(self.folder))}
""".replace("root: ROOT", "drop-caches: none" if not self.hubs else f"root: {self.hubs[0]['sharedRoot']}"))

    def make_authority(self):
        passphrase = self.folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text("correct horse battery staple\n")
        self.run("ca", "init", "--name", "Test CA", "--passphrase-file", passphrase)

    def run(self, *words, check=True, timeout=120):
        """Runs a verb with the floor's settings; its standard output."""
        result = subprocess.run(
            [*self.prefix, STATION, *map(str, words), "--settings", str(self.settings)], env=self.environment,
            capture_output=True, text=True, timeout=timeout,
        )
        if check and result.returncode != 0:
            raise SystemExit(f"{words} ended with {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def start_station(self, *words, log=None):
        """Starts `station run` (or another long verb) with the floor's settings, telling its wall as JSON Lines."""
        return self.start(*(words or ("run",)), "--settings", self.settings, "--json", env=self.environment, log=log)

    def tell_cloud(self, control, body):
        """What only a simulated cloud can be told."""
        words = [*self.prefix, "curl", "-sSf", "--max-time", "10", "-X", "POST", "--data-binary", json.dumps(body),
                 f"{self.cloud_facts['cloud']}/_simulated/{control}"]
        subprocess.run(words, capture_output=True, text=True, check=True)

    def restart_cloud(self, change):
        """Stops the cloud and starts it again at the same address; `change` gets what it knew, a change a line, and
        answers what it knows then."""
        self.cloud.stop()
        state = self.folder / "cloud.json"
        header, *lines = map(json.loads, state.read_text().splitlines())
        state.write_text("".join(json.dumps(line) + "\n" for line in [header, *change(lines)]))
        listen = self.cloud_facts["cloud"].removeprefix("http://")
        self.cloud = self.start("simulate", "cloud", "--listen", listen, "--state", state)
        self.cloud.json()

    def audit(self):
        """What the cloud says of every unit, asked in the floor's own network."""
        words = [*self.prefix, "curl", "-sSf", "--max-time", "10", self.cloud_facts["cloud"] + "/_simulated/audit"]
        return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)

    def identity(self, hub):
        return pathlib.Path(hub["root"]) / "var/lib/hub/identity"

    def keep(self):
        """Leaves the folder where it is, for a person to look at."""
        self.kept = True

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        if not self.kept:
            shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class World:
    """A forged /sys, /run and /dev with the real libudev in it: hubs are plugged in and pulled out by words."""

    def __init__(self):
        forge = pathlib.Path(STATION).parent / "UdevForge"
        self.process = subprocess.Popen(
            ["unshare", "--map-root-user", "--net", "--mount", str(forge), "world"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env={**os.environ, "SYSTEMD_DEVICE_VERIFY_SYSFS": "0"},
        )
        self.expect("forge: ready")
        self.prefix = [
            "nsenter", "--target", str(self.process.pid), "--user", "--preserve-credentials", "--net", "--mount", "--",
            "env", "SYSTEMD_DEVICE_VERIFY_SYSFS=0",
        ]

    def expect(self, answer):
        line = self.process.stdout.readline().rstrip("\n")
        if line != answer:
            raise SystemExit(
                f"the forged udev world said {line!r} instead of {answer!r}. "
                "It needs user namespaces: allow `unshare --map-root-user --net --mount`."
            )

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.expect(f"forge: done {command}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
