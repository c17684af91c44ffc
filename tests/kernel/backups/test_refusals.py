"""Archives that are damaged, foreign or made to do harm: refused before anything is written."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.app import create_app
from hub.kernel.backups import making, manifest, restoring
from hub.kernel.config import Config
from hub.kernel.errors import Unavailable
from tests.kernel.backups.archives import (
    entry,
    fill,
    forged,
    member,
    silent,
)

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S21")]


def damaged(path: Path, change: Callable[[bytearray], None]) -> Path:
    raw = bytearray(path.read_bytes())
    change(raw)
    other = path.parent.with_name("damaged.tar.gz")
    other.write_bytes(raw)
    return other


def flip(raw: bytearray) -> None:
    raw[len(raw) // 2] ^= 0xFF


def cut(raw: bytearray) -> None:
    del raw[len(raw) // 2 :]


def cut_the_end(raw: bytearray) -> None:
    del raw[-2000:]


def scramble_the_head(raw: bytearray) -> None:
    raw[:4] = b"\0\0\0\0"


def nothing(raw: bytearray) -> None:
    raw.clear()


@pytest.mark.parametrize("change", [flip, cut, cut_the_end, scramble_the_head, nothing])
def test_a_damaged_archive_is_refused_and_nothing_is_written(
    config: Config, empty: Config, change: Callable[[bytearray], None]
) -> None:
    fill(5)
    made = making.make(config, None, silent)
    with pytest.raises(manifest.BadArchive):
        restoring.restore(empty, create_app, damaged(made.path, change), silent)
    assert list(empty.data.iterdir()) == []


@pytest.mark.parametrize(
    ("members", "changed"),
    [
        ([(entry("../evil", 1), b"x")], {"members": [member("../evil", 1)]}),
        ([(entry("/etc/evil", 1), b"x")], {"members": [member("/etc/evil", 1)]}),
        ([(entry("data/../../evil", 1), b"x")], {"members": [member("data/../../evil", 1)]}),
        ([(entry("../evil", 1), b"x")], {}),
        ([(entry("data/a", 0, tarfile.SYMTYPE), b"")], {"members": [member("data/a")]}),
        ([(entry("data/a", 0, tarfile.LNKTYPE), b"")], {"members": [member("data/a")]}),
        ([(entry("data/a", 0, tarfile.CHRTYPE), b"")], {"members": [member("data/a")]}),
        ([(entry("data/a", 2), b"xx")], {"members": [member("data/a", 1)]}),
        ([], {"members": [member("data/a", 1)]}),
        ([], {"members": [member("data/a"), member("data/a")]}),
        ([], {"members": [{"name": "data/a", "size": -1, "sha256": ""}]}),
        ([], {"members": "all"}),
        ([], {"format": 2}),
        ([], {"product": "other"}),
        ([], {"version": "99.0.0"}),
        ([], {"dialect": "postgresql"}),
        ([], {"modules": {"clients": {"version": "9999", "digest": ""}}}),
        ([], {"modules": {"clients": {"version": "0001", "digest": "other"}}}),
    ],
)
def test_an_archive_that_would_do_harm_or_is_not_ours_is_refused(
    empty: Config,
    tmp_path: Path,
    members: list[tuple[tarfile.TarInfo, bytes]],
    changed: dict[str, object],
) -> None:
    with pytest.raises(manifest.BadArchive):
        restoring.restore(
            empty, create_app, forged(tmp_path / "a.tar.gz", members, **changed), silent
        )
    assert list(empty.data.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_a_bomb_is_refused_before_it_is_unpacked(empty: Config, tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    text = json.dumps({
        "format": 1, "product": "brokerage-hub", "version": "0.1.0", "made_at": "now",
        "dialect": "sqlite", "modules": {}, "counts": {}, "head": "",
        "members": [member("data/small", 10)],
    }).encode()  # fmt: skip
    head, big = tarfile.TarInfo("manifest.json"), tarfile.TarInfo("data/small")
    head.size, big.size = len(text), 2 * 1024**3
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(head.tobuf() + text + b"\0" * (-len(text) % 512) + big.tobuf())
        block = b"\0" * (8 * 1024**2)
        for _ in range(8):
            file.write(block)
    with pytest.raises(manifest.BadArchive, match="is not what its manifest says"):
        restoring.restore(empty, create_app, path, silent)
    honest = forged(tmp_path / "huge.tar.gz", [], members=[member("data/a", 10**15)])
    with pytest.raises(Unavailable, match="has room for"):
        restoring.restore(empty, create_app, honest, silent)
    assert list(empty.data.iterdir()) == []


def test_counts_that_differ_from_the_manifest_are_refused(
    config: Config, empty: Config, tmp_path: Path
) -> None:
    fill(3)
    made = making.make(config, None, silent)
    with tarfile.open(made.path) as archive:
        kept = [(one, archive.extractfile(one).read()) for one in archive if one.isreg()]  # type: ignore[union-attr]
    values = json.loads(kept[0][1])
    values["counts"]["clients_client"] = 4
    with pytest.raises(manifest.BadArchive, match="clients_client has 3 rows, not 4"):
        restoring.restore(
            empty, create_app, forged(tmp_path / "x.tar.gz", kept[1:], **values), silent
        )
    assert list(empty.data.iterdir()) == []
