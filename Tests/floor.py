"""A whole floor of processes for tests: the simulated cloud, shell hubs on terminals, and a station pointed at them.

Everything is started from the built `station` program, as a person would start it, and judged from outside.
"""

import json
import os
import pathlib
import queue
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATION = os.environ.get("STATION_PROGRAM", str(ROOT / ".build/debug/station"))


class Lines:
    """A process whose standard output is read line by line."""

    def __init__(self, *words, env=None, log=None):
        self.process = subprocess.Popen(
            [STATION, *map(str, words)], stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL, text=True, env=env
        )
        self.lines = queue.Queue()
        self.seen = []
        threading.Thread(target=self._read, daemon=True).start()

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


class Floor:
    """A scratch folder with a cloud, hubs, a CA and settings."""

    def __init__(self, hubs=1, key="station", aws=None, shell_hubs=True):
        self.scratch = tempfile.TemporaryDirectory(prefix="station-floor-")
        self.folder = pathlib.Path(self.scratch.name)
        self.processes = []
        cloud = ["simulate", "cloud", "--listen", "127.0.0.1:0", "--state", self.folder / "cloud.json"]
        if aws:
            cloud.append("--things-elsewhere")
        self.cloud = self.start(*cloud)
        self.cloud_facts = self.cloud.json()
        self.hubs = []
        if shell_hubs:
            row = self.start("simulate", "hubs", "--count", hubs, "--folder", self.folder / "hubs")
            self.hubs = [row.json() for _ in range(hubs)]
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
        self.write_settings(key, aws)
        self.make_authority()

    def start(self, *words, **more):
        process = Lines(*words, **more)
        self.processes.append(process)
        return process

    def write_settings(self, key, aws):
        facts = self.cloud_facts
        aws = aws or {
            "region": facts["region"], "account": facts["account"], "endpoint": facts["awsEndpoint"],
            "policy": facts["policies"][0],
        }
        (self.folder / "record").mkdir()
        self.settings.write_text(f"""station: test
ledger: {self.ledger}
hub-namespace: 6ba7b810-9dad-11d1-80b4-00c04fd430c8
slots:
  - name: A1
    path: pci-0000:00:14.0-usb-0:1.1:1.0
    presence: usb
  - name: A2
    path: pci-0000:00:14.0-usb-0:1.2:1.0
    presence: usb
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
issuer:
  certificate: {self.folder}/ca.pem
  key: file:{self.folder}/ca.key
  passphrase:
    file: {self.folder}/passphrase
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
  level: warning
""".replace("root: ROOT", "drop-caches: none" if not self.hubs else f"root: {self.hubs[0]['sharedRoot']}"))

    def make_authority(self):
        passphrase = self.folder / "passphrase"
        passphrase.touch(mode=0o600)
        passphrase.write_text("correct horse battery staple\n")
        self.run("ca", "init", "--name", "Test CA", "--passphrase-file", passphrase)

    def run(self, *words, check=True, timeout=120):
        """Runs a verb with the floor's settings; its standard output."""
        result = subprocess.run(
            [STATION, *map(str, words), "--settings", str(self.settings)], env=self.environment, capture_output=True,
            text=True, timeout=timeout,
        )
        if check and result.returncode != 0:
            raise SystemExit(f"{words} ended with {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def audit(self):
        with urllib.request.urlopen(self.cloud_facts["cloud"] + "/_simulated/audit", timeout=10) as answer:
            return json.load(answer)

    def identity(self, hub):
        return pathlib.Path(hub["root"]) / "var/lib/hub/identity"

    def close(self):
        for process in reversed(self.processes):
            process.stop()
        self.scratch.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
