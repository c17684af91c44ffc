"""The key ring: what seals are made with, in a file that only the hub reads.

A ring holds every key that something is still wrapped with; the newest one wraps. Losing the file
loses the sealed data: it belongs into every backup, apart from the database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from hub.kernel.errors import Unavailable

KEY_BYTES = 32


class KeyMissing(Unavailable):
    """A seal was made with a key that the ring does not hold.

    Shape: its text, for the log and the operator, names the key; a caller is told no detail.
    """

    code = "key-missing"

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.detail = ""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of one installation.

    Shape: `keys` by name; `newest` names the one that wraps; `index` makes fingerprints and is
        never exchanged. Does not print.
    """

    newest: str
    keys: Mapping[str, bytes]
    index: bytes

    def __repr__(self) -> str:
        return f"Ring({self.newest}, {len(self.keys)} keys)"

    def key(self, name: str) -> bytes:
        """One key.

        Raises: KeyMissing.
        """
        try:
            return self.keys[name]
        except KeyError:
            raise KeyMissing(
                f"the key ring lacks key {name}: put keys.json back from the backup"
            ) from None

    def with_new_key(self) -> Ring:
        """This ring with one key more, which wraps from now on."""
        key = secrets.token_bytes(KEY_BYTES)
        return replace(self, newest=_name(key), keys={**self.keys, _name(key): key})

    def without(self, name: str) -> Ring:
        """This ring without a key that nothing is wrapped with any more."""
        return replace(self, keys={k: key for k, key in self.keys.items() if k != name})

    def fingerprint(self, kind: str, text: str) -> str:
        """A keyed hash: equal texts are found by it, and nobody without the ring can guess one."""
        return hmac.new(self.index, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


_path: list[Path] = []


def bind(path: Path) -> None:
    """Say where the ring lies."""
    _path[:] = [path]
    _read.cache_clear()


def path() -> Path:
    """Where the ring lies."""
    return _path[0]


def ring() -> Ring:
    """The ring as its file has it now; made at the first use of a new installation.

    Raises: KeyMissing for a file that is no ring.
    """
    where = path()
    if not where.exists():
        _make(where)
    return _read(where, where.stat().st_mtime_ns)


def save(changed: Ring) -> None:
    """Write the ring, whole or not at all."""
    part = path().with_name(f"{path().name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_text(changed))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path())


def _make(where: Path) -> None:
    """A ring of one key; when two processes come at once, the first one's stands."""
    key = secrets.token_bytes(KEY_BYTES)
    made = Ring(_name(key), {_name(key): key}, secrets.token_bytes(KEY_BYTES))
    where.parent.mkdir(parents=True, exist_ok=True)
    part = where.with_name(f"{where.name}.{secrets.token_hex(8)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_text(made))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, where)
    except FileExistsError:
        pass
    finally:
        part.unlink()


@lru_cache(maxsize=4)
def _read(where: Path, changed_ns: int) -> Ring:
    del changed_ns  # a file that was exchanged is read anew
    try:
        said = json.loads(where.read_text("ascii"))
        keys = {name: base64.b64decode(text) for name, text in said["keys"].items()}
        found = Ring(str(said["newest"]), keys, base64.b64decode(said["index"]))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise KeyMissing(f"{where.name} is no key ring: put it back from the backup") from error
    found.key(found.newest)
    return found


def _text(item: Ring) -> str:
    keys = {name: base64.b64encode(key).decode() for name, key in item.keys.items()}
    index = base64.b64encode(item.index).decode()
    return json.dumps({"newest": item.newest, "keys": keys, "index": index}, indent=1)


def _name(key: bytes) -> str:
    """A key's name says nothing of it and is the same wherever the ring is read."""
    return hashlib.sha256(b"name:" + key).hexdigest()[:12]
