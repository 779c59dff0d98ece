"""Looks for secrets in everything that was written, in the forms in which they leak: as they are, in hex, in base64 at
its three offsets, and the lines of a PEM."""

import base64
import os
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519


def base64_cores(secret):
    """The parts of a secret's base64 that are the same whatever stands before and after it."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + secret)
        # A group of four letters that holds a byte of before, or of after, may differ.
        first = 4 if offset else 0
        last = (offset + len(secret)) // 3 * 4
        yield text[first:last]


def forms(secret):
    """Name of a form -> bytes to look for."""
    yield "raw", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for offset, core in enumerate(base64_cores(secret)):
        yield f"base64 at {offset}", core
        yield f"base64url at {offset}", core.replace(b"+", b"-").replace(b"/", b"_")


def key_forms(pem, passphrase=None):
    """The same for a private key in PEM: its scalar, and the lines of its body, as they are and once more in base64, as
    JSON has a file's bytes."""
    key = serialization.load_pem_private_key(pem, password=passphrase)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        yield from forms(key.private_bytes_raw())
        # One line: 21 letters name the algorithm, the rest is the seed.
        yield from line_forms("PEM", pem.splitlines()[1][24:])
        return
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    yield from forms(scalar)
    if passphrase:
        return
    body = [line for line in pem.decode().splitlines() if not line.startswith("---")]
    text = "".join(body)
    # PKCS #8 of P-256: 48 letters name the curve and are the same in every key, 43 are the scalar, the rest is the
    # public key. The first line ends in the middle of the scalar.
    yield from line_forms("PEM, first line", text[48:64].encode())
    yield from line_forms("PEM, second line", text[64:88].encode())


def line_forms(name, line):
    yield name, line
    for offset, core in enumerate(base64_cores(line)):
        yield f"{name}, base64 at {offset}", core


class Search:
    def __init__(self):
        self.needles = {}

    def add(self, name, secret):
        assert len(secret) >= 8, f"{name} is too short to be looked for"
        self._add(name, forms(secret))

    def add_key(self, name, pem, passphrase=None):
        self._add(name, key_forms(pem, passphrase))

    def _add(self, name, found):
        for form, needle in found:
            assert len(needle) >= 8
            self.needles[needle] = f"{name} ({form})"

    def look(self, where, data):
        """What stands in `data`: [(where, name and form)]."""
        return [(where, name) for needle, name in self.needles.items() if needle in data]

    def look_in_folder(self, folder, skip=lambda path: False):
        """The same for every file below `folder`; and how many files and bytes that were."""
        found, files, size = [], 0, 0
        for place, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not skip(pathlib.Path(place, name))]
            for name in names:
                path = pathlib.Path(place, name)
                if skip(path) or not path.is_file() or path.is_symlink():
                    continue
                data = path.read_bytes()
                files += 1
                size += len(data)
                found += self.look(str(path), data)
        return found, files, size


def main():
    """`python secret_search.py FOLDER`: reads PEM keys, one after the other, and prints where they stand, as JSON."""
    import json
    import sys

    search = Search()
    keys = [text + "-----END PRIVATE KEY-----\n" for text in sys.stdin.read().split("-----END PRIVATE KEY-----\n") if text.strip()]
    for number, key in enumerate(keys):
        search.add_key(f"key {number}", key.encode())
    found, files, size = search.look_in_folder(sys.argv[1])
    print(json.dumps({"keys": len(keys), "needles": len(search.needles), "files": files, "bytes": size,
                      "found": [f"{name} in {where}" for where, name in found]}))


if __name__ == "__main__":
    main()
