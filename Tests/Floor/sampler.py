"""Looks at processes while they run: arguments and environment of a process and of everything that it starts, and the
files in a temporary folder."""

import os
import pathlib
import threading


def descendants(root):
    """Process ids below `root`, itself included, as /proc has them now."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path(f"/proc/{entry}/stat").read_text()
                parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
            except OSError:
                pass
    found, grown = {root}, True
    while grown:
        more = {each for each, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


class Sampler:
    def __init__(self, temporary, pause=0.01):
        self.temporary, self.pause = pathlib.Path(temporary), pause
        # What was seen -> where, each once.
        self.seen = {}
        self.refused = 0
        self.programs = set()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stopping.wait(self.pause):
            for process in descendants(os.getpid()) - {os.getpid()}:
                for kind in ("cmdline", "environ"):
                    self.take(f"{kind} of {process}", f"/proc/{process}/{kind}")
                try:
                    self.programs.add(os.path.basename(os.readlink(f"/proc/{process}/exe")))
                except OSError:
                    pass
            for path in self.temporary.rglob("*"):
                self.take(str(path), path)

    def take(self, where, path):
        try:
            with open(path, "rb") as file:
                data = file.read(1 << 20)
        except PermissionError:
            self.refused += 1
        except OSError:
            # It has ended meanwhile, or is a folder.
            pass
        else:
            if data:
                self.seen.setdefault(data, where)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
