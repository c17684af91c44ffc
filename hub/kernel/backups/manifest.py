"""What an archive says of itself: its first member, by which every other is checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from hub.kernel import schema
from hub.kernel.errors import HubError
from hub.kernel.modules import Modules

NAME = "manifest.json"
FORMAT = 1
PRODUCT = "brokerage-hub"
LONGEST = 16 * 1024 * 1024  # bytes of a manifest


class BadArchive(HubError):
    """An archive that is not taken; the text says why."""

    status, code = 422, "bad-archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of the archive."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds.

    Shape: `modules` maps a name to its newest migration and the digest of all of them;
    `counts` a table to its rows; `head` is the last hash of the audit chain.
    """

    version: str
    made_at: str
    dialect: str
    modules: Mapping[str, Mapping[str, str]]
    counts: Mapping[str, int]
    head: str
    members: tuple[Member, ...]
    format: int = FORMAT
    product: str = PRODUCT

    def text(self) -> bytes:
        """As it is written."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @property
    def size(self) -> int:
        """Bytes of all members together."""
        return sum(member.size for member in self.members)


def parse(raw: bytes) -> Manifest:
    """Read one that may say anything.

    Raises: BadArchive.
    """
    try:
        values: dict[str, Any] = json.loads(raw)
        members = tuple(Member(**member) for member in values.pop("members"))
        found = Manifest(members=members, **values)
        sound = all(int(member.size) >= 0 and is_safe(member.name) for member in members)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadArchive("its manifest cannot be read") from error
    if found.product != PRODUCT or found.format != FORMAT:
        raise BadArchive("it is no backup of this product, or of a later form of it")
    names = [member.name for member in members]
    if not sound or len(set(names)) != len(names):
        raise BadArchive("its manifest names files that no backup has")
    return found


def is_safe(name: object) -> bool:
    """Whether a member's name stays inside the folder it is unpacked to."""
    if not isinstance(name, str) or not name or "\\" in name or "\0" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name


def versions(modules: Modules) -> dict[str, dict[str, str]]:
    """The migrations of the code, module by module."""
    found = {}
    for module in modules.items:
        if steps := schema.steps(module):
            digest = hashlib.sha256(b"".join(step.read_bytes() for step in steps)).hexdigest()
            found[module.name] = {"version": steps[-1].stem, "digest": digest}
    return found


def refuse_foreign(found: Manifest, here: Mapping[str, Mapping[str, str]], version: str) -> None:
    """Refuse what newer code made, or code whose tables are others.

    Raises: BadArchive.
    """
    if _numbers(found.version) > _numbers(version):
        raise BadArchive(f"version {found.version} made it, this is {version}: install that first")
    for name, theirs in found.modules.items():
        ours = here.get(name)
        if ours is None:
            continue  # a module that is not installed here: its tables stay
        if theirs["version"] > ours["version"]:
            raise BadArchive(f"its tables of {name} are newer: install version {found.version}")
        if theirs["version"] == ours["version"] and theirs["digest"] != ours["digest"]:
            raise BadArchive(f"its tables of {name} are not those of this version")


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) if part.isdecimal() else 0 for part in parts)
