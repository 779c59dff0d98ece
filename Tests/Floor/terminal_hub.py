"""A hub made by a test: a terminal that the station opens as its device, and behind it either a real shell, reached
through a login, or a function that behaves as badly as it likes."""

import fcntl
import os
import pathlib
import select
import shlex
import signal
import subprocess
import termios
import threading
import tty

# ^C does not end it: a getty would start again.
LOGIN = r"""
trap : INT
while :; do
  printf '\r\nHub OS 1.0 ttyS0\r\n\r\nhub login: '
  IFS= read -r user || continue
  [ -n "$user" ] || continue
  stty -echo; printf 'Password: '; IFS= read -r given; stty echo; echo
  if [ "$user/$given" = "root/$(cat ../password)" ]; then
    given=
    (cd "$HUB_ROOT" && %s)
  else
    sleep 0.3; echo 'Login incorrect'
  fi
done
"""

SHELLS = {"bash": "bash --norc --noprofile -i", "dash": "dash -i", "busybox": "busybox ash -i"}


class Terminal:
    """The station's end of a line: `device`. What the hub says goes out through `say`."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.device = os.ttyname(self.slave)
        # Everything that was on the way to the station: the hub's screen.
        self.screen = bytearray()
        self.closed = threading.Event()

    def say(self, data):
        """Says it all, or as much as the station takes before the line is closed; how much."""
        self.screen += data[: 1 << 20]
        sent = 0
        while sent < len(data) and not self.closed.is_set():
            if select.select([], [self.master], [], 0.1)[1]:
                sent += os.write(self.master, data[sent : sent + 4096])
        return sent

    def close(self):
        self.closed.set()
        for end in (self.master, self.slave):
            os.close(end)


class ShellHub(Terminal):
    """A real shell behind a login that asks for a password, with a history file."""

    def __init__(self, folder, serial, password, shell="bash"):
        super().__init__()
        self.folder, self.serial = pathlib.Path(folder), serial
        root = self.folder / "root"
        (root / "etc/hub").mkdir(parents=True)
        for name, text in {"serial": serial, "model": "HUB-2", "mac": f"02:00:5e:77:{serial[-4:-2]}:{serial[-2:]}"}.items():
            (root / "etc/hub" / name).write_text(text + "\n")
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        inner, outer = os.openpty()
        self.inner = inner

        def become_a_session():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # As init does for a getty; whoever started the tests may have it ignored, and a shell cannot undo that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        self.process = subprocess.Popen(
            ["sh", "-c", LOGIN % SHELLS[shell]], stdin=outer, stdout=outer, stderr=outer, cwd=root, preexec_fn=become_a_session,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "HISTFILE": str(self.folder / "history"), "PS1": "hub# ",
                 "HUB_ROOT": str(root), "TERM": "vt100"})
        os.close(outer)
        self.pump = threading.Thread(target=self.carry, daemon=True)
        self.pump.start()
        self.facts = {"device": self.device, "serial": serial, "root": str(root)}

    def carry(self):
        while not self.closed.is_set():
            ready = select.select([self.master, self.inner], [], [], 0.1)[0]
            try:
                if self.inner in ready:
                    self.say(os.read(self.inner, 4096))
                if self.master in ready:
                    os.write(self.inner, os.read(self.master, 4096))
            except OSError:
                # The shell's end is gone: so is the hub.
                return

    def close(self):
        self.process.kill()
        self.process.wait()
        self.closed.set()
        self.pump.join(timeout=5)
        os.close(self.inner)
        super().close()


class HostileHub(Terminal):
    """Gives what the station says to `behave(hub, bytes)`, and calls it with nothing while it is silent."""

    def __init__(self, behave):
        super().__init__()
        self.behave = behave
        self.heard = bytearray()
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self):
        while not self.closed.is_set():
            try:
                data = os.read(self.master, 4096) if select.select([self.master], [], [], 0.02)[0] else b""
                self.heard += data
                self.behave(self, data)
            except OSError:
                return

    def close(self):
        self.closed.set()
        self.thread.join(timeout=5)
        super().close()
