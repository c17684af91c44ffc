"""Archives and key rings: what was sealed and stored before a rotation opens after a restore."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from hub.app import create_app
from hub.clients import papers
from hub.clients.forms import RevealWish
from hub.clients.paper_rules import PaperKind
from hub.clients.rules import RevealReason
from hub.kernel import access, files, filestore, keys, modules, ring, runner, work
from hub.kernel.config import Config
from hub.kernel.files import FileOwner
from hub.kernel.filetypes import ORDINARY
from hub.kernel.module import Module
from tests import make
from tests.kernel.backups.archives import command

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.feature("S21")]

ID_NO = "11010519491231002X"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
RULES = FileOwner(
    name="test.case", kinds=ORDINARY, longest=1 << 20,
    may_read=lambda actor, _: actor.is_system, may_add=lambda actor, _: actor.is_system,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bound(config: Config) -> Iterator[None]:
    """The rings and stores of this installation, and a kind of row that has files."""
    bound = ring.path()
    ring.bind(Path(config.keys_file))
    filestore.bind(config.data / "files")
    own_rows()
    yield
    ring.bind(bound)


def own_rows() -> None:
    modules.install((*modules.loaded().items, Module(name="test", file_owners=(RULES,))))


def sealed_and_stored() -> tuple[int, int]:
    """A client's number under his key, and a file of his → (client, file)."""
    with work.unit(), access.acting(access.SYSTEM):
        client = make.client(name="王芳")
        papers.put(client, PaperKind.ID_NO, ID_NO)
        file = files.add("test.case", client, "letter.pdf", io.BytesIO(PDF))
    runner.drain()
    return client, file


def rotated() -> str:
    """A ring whose old key is gone → that key's name."""
    old = ring.ring().newest
    with work.unit():
        keys.rotate()
    runner.drain()
    with work.unit():
        assert old in keys.prune()
    return old


def hub(config: Config, *words: str) -> tuple[int, str]:
    process = command(config, *words)
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


def opens(config: Config, client: int, file: int) -> None:
    create_app(config)
    own_rows()
    with work.unit(writes=False), access.acting(access.SYSTEM):
        wish = RevealWish(why=RevealReason.COMPLAINT)
        assert papers.reveal(client, PaperKind.ID_NO, wish) == ID_NO
        row = files.readable(file)
        assert filestore.place(row.sha256).read_bytes() == PDF
        assert keys.missing() == {}
    work.let_go()


def test_an_archive_from_before_a_rotation_opens_with_the_ring_it_brings(
    config: Config, empty: Config, tmp_path: Path
) -> None:
    client, file = sealed_and_stored()
    target = tmp_path / "before.tar.gz"
    assert hub(config, "backup", str(target))[0] == 0
    old = rotated()
    assert old not in ring.ring().keys
    there = replace(empty, keys_file=str(empty.data / "keys.json"))
    code, said = hub(there, "restore", str(target))
    assert code == 0, said
    opens(there, client, file)
    assert old in ring.ring().keys


def test_a_ring_kept_apart_must_hold_every_key_of_the_archive(
    app: Flask, config: Config, empty: Config, tmp_path: Path
) -> None:
    del app
    apart = tmp_path / "vault" / "ring.json"
    apart.parent.mkdir()
    shutil.move(config.keys_file, apart) if Path(config.keys_file).exists() else None
    ring.bind(apart)
    client, file = sealed_and_stored()
    target = tmp_path / "apart.tar.gz"
    assert hub(replace(config, keys_file=str(apart)), "backup", str(target))[0] == 0
    of_that_time = tmp_path / "ring-of-that-time.json"
    shutil.copy(apart, of_that_time)
    old = rotated()
    there = replace(empty, keys_file=str(apart))
    code, said = hub(there, "restore", str(target))
    assert code == 2, said
    assert f"the key ring lacks key {old}, which seals 1 people" in said
    assert str(apart) in said
    assert "Traceback" not in said
    nothing = {path.name for path in there.data.iterdir()} - {"hub.lock", "secret.key"}
    assert nothing == set()
    elsewhere = replace(there, keys_file=str(tmp_path / "nowhere.json"))
    code, said = hub(elsewhere, "restore", str(target))
    assert (code, "no key ring is there" in said) == (2, True)
    assert not Path(elsewhere.keys_file).exists()
    shutil.copy(of_that_time, apart)
    code, said = hub(there, "restore", str(target))
    assert code == 0, said
    opens(there, client, file)
