"""Nothing that was written holds a secret: units are made by the built program, and everything is searched."""

import base64
import os
import pathlib
import random
import resource
import signal
import stat
import subprocess
import unittest

import audit
from floor import STATION, Floor, World
from handed_over import ORDER, HandedOver
from kills import Bench as Slots
from sampler import Sampler
from secret_search import Search, forms
from terminal_hub import ShellHub

PASSWORD = "Tr0ub4dor&3-console"
NETWORK = "kw7Qz-vortex-Umlauf-93"


class SearchTests(unittest.TestCase):
    """The search itself: a leak of any form, wherever it stands, is found."""

    def test_each_form_of_a_leak_is_found(self):
        secret = os.urandom(32)
        search = Search()
        search.add("secret", secret)
        for before in range(4):
            for after in range(4):
                text = base64.b64encode(os.urandom(before) + secret + os.urandom(after))
                self.assertTrue(search.look("here", b"x" + text + b"y"), (before, after))
        for _, needle in forms(secret):
            self.assertTrue(search.look("here", b"x" + needle + b"y"))
        self.assertEqual(search.look("here", os.urandom(1 << 16)), [])

    def test_a_key_in_a_log_is_found_whole_and_in_one_line_of_it(self):
        pem = subprocess.run(
            ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], capture_output=True, check=True
        ).stdout
        search = Search()
        search.add_key("key", pem)
        self.assertTrue(search.look("here", pem))
        self.assertTrue(search.look("here", pem.replace(b"\n", b"\\n")))
        for line in pem.splitlines()[1:3]:
            self.assertTrue(search.look("here", line), line)
        # As JSON has the bytes of a file.
        for before in range(3):
            self.assertTrue(search.look("here", base64.b64encode(bytes(before) + pem)), before)
        other = subprocess.run(
            ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], capture_output=True, check=True
        ).stdout
        self.assertEqual(search.look("here", other), [])
        public = subprocess.run(["openssl", "pkey", "-pubout"], input=pem, capture_output=True, check=True).stdout
        self.assertEqual(search.look("here", public), [], "a public key is no secret")


class SecretTests(unittest.TestCase):
    def test_units_are_made_and_no_secret_is_written_anywhere(self):
        units = int(os.environ.get("STATION_UNITS", "24"))
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        with World() as world:
            for key, count in (("station", units - units // 4), ("hub", units // 4)):
                self.provision(world, key, count)

    def provision(self, world, key, count):
        floor = Floor(hubs=0, key=key, prefix=world.prefix, slots=8, log="debug\n  file: FOLDER/log/station.log")
        try:
            self.prepare(floor)
            handed = HandedOver(floor)
            with Sampler(floor.folder / "tmp") as sampler:
                screens, hubs = self.make(world, floor, handed, count)
                audit.check(floor, hubs)
                # A key that the hub made was never here, and so can be in no paper.
                if key == "station":
                    handed.orders(hubs)
                    handed.papers(hubs)
            search = self.secrets(floor, hubs)
            self.look(floor, search, sampler, {**screens, **handed.said})
            if key == "station":
                self.papers(handed)
            self.modes(floor)
        except BaseException:
            floor.keep()
            print(f"left in {floor.folder}", flush=True)
            raise
        finally:
            floor.close()

    def prepare(self, floor):
        state = floor.folder / "state"
        for name in ("tmp", "log"):
            (floor.folder / name).mkdir(mode=0o700)
        password = floor.folder / "console-password"
        password.touch(mode=0o600)
        password.chmod(0o600)
        password.write_text(PASSWORD + "\n")
        network = floor.folder / "network-passphrase"
        network.touch(mode=0o600)
        network.chmod(0o600)
        network.write_text(NETWORK + "\n")
        text = floor.settings.read_text()
        text = text.replace(f"ledger: {floor.ledger}", f"ledger: {state}/ledger.sqlite")
        text = text.replace(
            "drop-caches: none", "root: .\n    login:\n      user: root\n      password:\n        file: {password}\n"
            "    set-wifi-credentials: umask 077;cat >{parent}/network.new&&mv -f {parent}/network.new {parent}/network"
            .replace("{password}", str(password)))
        text = text.replace("    layout: plain\n", "    layout: plain\n    network: showroom\n")
        text = text.replace(
            "  network:\n    no-proxy",
            f"  networks:\n    - name: showroom\n      ssid: Show Room\n      passphrase:\n        file: {network}\n"
            "  network:\n    no-proxy")
        floor.settings.write_text(text)
        floor.ledger = state / "ledger.sqlite"
        floor.environment["TMPDIR"] = str(floor.folder / "tmp")
        HandedOver.prepare(floor)

    def make(self, world, floor, handed, count):
        """Hubs of three shells behind a login, whose screens are kept, and rows of shell hubs; all of them finished."""
        slots = Slots(world, 8, random.Random(1))
        hubs, screens = [], {}
        station = floor.start_station()
        handed.begin()
        first = 1
        while len(hubs) < count:
            batch, guests, row = [], [], None
            if first == 1:
                for number, shell in enumerate(["bash", "dash", "busybox"][: min(3, count)], 1):
                    guest = ShellHub(floor.folder / f"login-{shell}", f"SPK9{number:07}", PASSWORD, shell)
                    guests.append(guest)
                    batch.append(guest.facts)
            rest = min(8 - len(batch), count - len(hubs) - len(batch))
            if rest:
                row, more = floor.start_hubs(rest, first=first)
                first += rest
                batch += more
            slots.seat(batch)
            waiting = {hub["serial"] for hub in batch}
            while waiting:
                event = station.wait_for(lambda event: event.get("word") in ("PASS", "FAIL", "STATION FAULT"), timeout=90)
                self.assertEqual(event["word"], "PASS", event)
                if event.get("registration") == "registered":
                    waiting.discard(event["serial"])
            locked = pathlib.Path(f"/proc/{station.process.pid}/status").read_text()
            self.assertNotRegex(locked, r"VmLck:\s+0 kB", "key memory is not locked")
            slots.clear()
            for guest in guests:
                guest.close()
                screens[f"the screen of {guest.folder.name}"] = bytes(guest.screen)
            if row:
                row.stop()
            hubs += batch
        self.assertEqual(station.stop(), 0)
        wall = station.rest()
        # Those of the start are older than the units. Where there is none the next start makes one at once.
        handed.remove_backups()
        station = floor.start_station()
        backup = handed.await_backup()
        self.assertEqual(stat.S_IMODE(backup.stat().st_mode), 0o600, f"{backup} {backup.stat().st_mode:o}")
        self.assertEqual(station.stop(), 0)
        for guest_screen in screens.values():
            self.assertIn(b"Password: ", guest_screen, "nobody logged in")
        screens["the wall"] = "".join([*wall, *station.rest()]).encode()
        screens["what sync says"] = floor.run("sync", "--json").stdout.encode()
        return screens, hubs

    def secrets(self, floor, hubs):
        search = Search()
        for hub in hubs:
            search.add_key(f"the key of {hub['serial']}", (floor.identity(hub) / "private.key").read_bytes())
        files = floor.cloud_facts["credentials"]
        search.add("the API key", pathlib.Path(files["apiKey"]).read_bytes().strip())
        search.add("the bearer", pathlib.Path(files["bearer"]).read_bytes().strip())
        for line in pathlib.Path(files["awsCredentials"]).read_text().splitlines():
            if "secret" in line:
                search.add("the AWS secret", line.split("=", 1)[1].strip().encode())
        passphrase = (floor.folder / "passphrase").read_bytes().strip()
        search.add("the CA's passphrase", passphrase)
        search.add_key("the CA's key", (floor.folder / "ca.key").read_bytes(), passphrase)
        search.add("the console password", PASSWORD.encode())
        search.add_key("the seal's key", self.seal_key(floor).read_bytes())
        for hub in hubs:
            told = (floor.identity(hub).parent / "network").read_bytes()
            self.assertEqual(told, f"Show Room\n{NETWORK}\n".encode(), "the hub knows its network")
        search.add("the network's passphrase", NETWORK.encode())
        self.assertGreater(len(search.needles), 10 * len(hubs))
        return search

    @staticmethod
    def seal_key(floor):
        return pathlib.Path(f"{floor.ledger}.seal-key")

    def look(self, floor, search, sampler, screens):
        # Where secrets belong: the hubs' own storage, and the files that the station is told to read them from.
        kept = {pathlib.Path(path) for name, path in floor.cloud_facts["credentials"].items()}
        kept |= {floor.folder / name for name in ("passphrase", "console-password", "network-passphrase", "cloud.json")}
        kept.add(self.seal_key(floor))

        def skip(path):
            return path in kept or path.name in ("durable", "password") or path.match("root/var/lib/hub")

        found, files, size = search.look_in_folder(floor.folder, skip)
        for where, data in screens.items():
            found += search.look(where, data)
        for data, where in sampler.seen.items():
            found += search.look(where, data)
        self.assertEqual(found, [])
        # The search saw what it claims to have seen.
        self.assertEqual(sampler.refused, 0, "an environment could not be read: run as root")
        self.assertLessEqual({"station", "openssl"}, sampler.programs)
        for name in ("state/ledger.sqlite", "log/station.log"):
            self.assertGreater((floor.folder / name).stat().st_size, 0, name)
        for folder, kind in (("record", "*.jsonl"), ("backups", "*.auto.sqlite")):
            self.assertTrue(list((floor.folder / folder).glob(kind)), f"nothing in {folder}")
        print(f"searched {files} files, {size >> 10} KiB, {len(sampler.seen)} samples of {sorted(sampler.programs)} "
              f"for {len(search.needles)} needles", flush=True)

    def papers(self, handed):
        """That there was something to be searched."""
        names = {path.name for path in handed.folder.iterdir()}
        self.assertLessEqual(
            {"backup.sqlite", "merged.sqlite", "report.html", "proof", "opened.tar", f"{ORDER}-r1-jsonl.tar"}
            | {f"{ORDER}-r1-{profile}" for profile in ("csv", "excel", "jsonl", "aws-bulk", "mac-list", "certificates")}, names)
        exported = (handed.folder / f"{ORDER}-r1-certificates").rglob("*")
        self.assertTrue(any(b"BEGIN CERTIFICATE" in path.read_bytes() for path in exported if path.is_file()))
        self.assertIn(b"BEGIN CERTIFICATE", (handed.folder / "opened.tar").read_bytes())
        # What others made of it (openssl, this test) has their modes.
        for path in handed.folder.rglob("*"):
            if path.name not in ("opened.tar", "proof"):
                mode = stat.S_IMODE(path.stat().st_mode)
                self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, f"{path} {mode:o}")

    def modes(self, floor):
        """What the station has written, made with umask 000."""
        for folder in ("state", "record", "log", "backups"):
            for path in [floor.folder / folder, *(floor.folder / folder).rglob("*")]:
                if path == floor.folder / "record":
                    continue
                mode = stat.S_IMODE(path.stat().st_mode)
                self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, f"{path} {mode:o}")
        self.assertEqual(stat.S_IMODE((floor.folder / "ca.key").stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE((floor.folder / "ca.pem").stat().st_mode) & 0o022, 0, "a CA that others may change")


class CoreDumpTests(unittest.TestCase):
    def end(self, words, number, folder, ready):
        """Starts a program that may dump core, ends it by a signal; whether the kernel says that it dumped."""
        def unlimited():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            # A shell's background jobs inherit it ignored.
            signal.signal(number, signal.SIG_DFL)

        process = subprocess.Popen(
            words, cwd=folder, preexec_fn=unlimited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            env={**self.environment, "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no"})
        ready(process)
        process.send_signal(number)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = -number
        said = process.stderr.read()
        process.stdout.close()
        process.stderr.close()
        self.assertFalse(b"rip 0x" in said, "a crash report prints registers and the memory that they point to")
        self.assertTrue(os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, f"it ended by itself: {status:#x}")
        return os.WCOREDUMP(status)

    def test_no_signal_makes_a_station_dump_core_where_another_program_does(self):
        with Floor(hubs=1) as floor:
            self.environment = floor.environment
            for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGQUIT):
                place = floor.folder / f"core-{int(number)}"
                place.mkdir()
                other = self.end(["sleep", "60"], number, place, lambda process: None)
                self.assertTrue(other, "no program dumps core here: this test proves nothing")
                for each in place.iterdir():
                    each.unlink()
                dumped = self.end(
                    [STATION, "provision", os.path.realpath(floor.hubs[0]["device"]), "--settings", str(floor.settings), "--json"],
                    number, place, lambda process: self.wait_for(process, b'"deliver"'))
                self.assertFalse(dumped, "the kernel wrote a core dump")
                self.assertEqual(list(place.iterdir()), [])

    def wait_for(self, process, word):
        for line in process.stdout:
            if word in line:
                return
        self.fail(f"it ended before {word}")


if __name__ == "__main__":
    unittest.main()
