"""Files: known by content, scanned before anybody reads them, given to whom their owner allows."""

from __future__ import annotations

import io
import os
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import literal, select

from hub.kernel import access, audit, files, filestore, modules, runner, scanning, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Invalid, NotFound
from hub.kernel.files import FileOwner, FileState, StoredFile
from hub.kernel.filestore import TooLarge
from hub.kernel.filetypes import ORDINARY, Kind, kind_of
from hub.kernel.module import Module
from tests.servers import free_port

OWNER, OTHER = Actor(user_id=1), Actor(user_id=2)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 64
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
RULES = FileOwner(
    name="test.case", kinds=ORDINARY, longest=1 << 20,
    may_read=lambda actor, _: actor.user_id == 1, may_add=lambda actor, _: actor.user_id == 1,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _world(app: Flask, tmp_path: Path) -> Iterator[None]:
    del app
    filestore.bind(tmp_path / "files")
    modules.install((*modules.loaded().items, Module(name="test", file_owners=(RULES,))))
    yield
    scanning.bind("")


def added(content: bytes, name: str = "scan.pdf") -> int:
    with work.unit(), access.acting(OWNER):
        return files.add("test.case", 7, name, io.BytesIO(content))


def package(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def test_a_file_is_given_out_as_it_came_once_it_is_scanned() -> None:
    number = added(PDF, r"C:\desk\my letter.pdf")
    with work.unit(writes=False), access.acting(OWNER), pytest.raises(files.NotScanned):
        files.readable(number)
    runner.drain()
    with work.unit(writes=False), access.acting(OWNER):
        row = files.readable(number)
        assert (row.name, row.kind, row.size_bytes) == ("my letter.pdf", Kind.PDF, len(PDF))
        assert filestore.place(row.sha256).read_bytes() == PDF
        assert filestore.place(row.sha256).stat().st_mode & 0o077 == 0
    with work.unit(writes=False):
        verbs = [entry.verb for entry in work.session().query(audit.AuditRow)]
    assert verbs == ["added", "read"]


def test_whoever_may_not_see_its_owner_finds_no_file() -> None:
    number = added(PDF)
    runner.drain()
    with work.unit(writes=False), access.acting(OTHER), pytest.raises(NotFound):
        files.readable(number)
    with work.unit(), access.acting(OTHER), pytest.raises(NotFound):
        files.add("test.case", 7, "a.pdf", io.BytesIO(PDF))
    with work.unit(), access.acting(OWNER), pytest.raises(NotFound):
        files.add("no.such", 7, "a.pdf", io.BytesIO(PDF))


def test_equal_bytes_lie_once_and_stay_while_anybody_has_them(tmp_path: Path) -> None:
    first, second = added(PDF), added(PDF, "copy.pdf")
    assert first != second
    kept = list((tmp_path / "files").glob("??/*"))
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "picture.png"),
        (b"MZ\x90\0" + b"\0" * 100, "tool.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.html"),
        (b"\x7fELF" + b"\0" * 100, "notes.txt"),
        (b"text with a bell \x07", "notes.txt"),
        (b"\xff\xfe\x00broken", "notes.txt"),
        (b"PK\x03\x04 broken", "letter.docx"),
        (package(("word/document.xml", b"x"), ("big", b"\0" * (300 << 20))), "letter.docx"),
        (package(*((f"m{n}", b"") for n in range(6_000))), "letter.docx"),
        (package(("readme", b"x")), "archive.zip"),
    ],
)  # fmt: skip
@pytest.mark.database("sqlite")
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    content: bytes, name: str, tmp_path: Path
) -> None:
    with pytest.raises(files.WrongType) as refused:
        added(content, name)
    assert refused.value.status == 415
    assert "pdf" in refused.value.fields["file"]
    assert not list((tmp_path / "files").glob("*/*"))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "a.PNG", Kind.PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 40, "a.jpg", Kind.JPEG),
        (package(("word/document.xml", b"x")), "a.docx", Kind.DOCX),
        (package(("xl/workbook.xml", b"x")), "a.xlsx", Kind.XLSX),
        ("姓名,电话\n王芳,1\n".encode(), "a.csv", Kind.CSV),
        ("你好".encode(), "a.txt", Kind.TEXT),
    ],
)  # fmt: skip
@pytest.mark.database("sqlite")
def test_kinds_are_known_by_content(content: bytes, name: str, kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert kind_of(path, name) is kind


def test_too_large_and_empty_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as refused:
        added(PDF + b"\0" * (2 << 20))
    assert refused.value.status == 413
    with pytest.raises(Invalid):
        added(b"")
    assert not list((tmp_path / "files").glob("*/*"))


class Clamd(socketserver.StreamRequestHandler):
    """A server that speaks clamd's protocol; it finds fault with the EICAR text."""

    def handle(self) -> None:
        command = self.rfile.readline()
        if b"PING" in command:
            self.wfile.write(b"PONG\n")
            return
        whole = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            whole += self.rfile.read(size)
        bad = b"EICAR" in whole
        self.wfile.write(b"stream: Eicar-Signature FOUND\n" if bad else b"stream: OK\n")


@pytest.fixture
def clamd() -> Iterator[str]:
    port = free_port()
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{port}"
        server.shutdown()


def test_what_the_scanner_finds_is_refused_and_its_bytes_go(clamd: str) -> None:
    scanning.bind(clamd)
    assert scanning.ping()
    bad, good = added(PDF + b"EICAR"), added(PDF)
    runner.drain()
    with work.unit(writes=False), access.acting(OWNER):
        assert files.readable(good).state == FileState.CLEAN
        with pytest.raises(Conflict, match="refused"):
            files.readable(bad)
        row = work.session().get_one(StoredFile, bad)
        assert "Eicar" in row.found
        assert not filestore.place(row.sha256).exists()


def test_without_an_answer_of_the_scanner_a_file_waits() -> None:
    scanning.bind(f"127.0.0.1:{free_port()}")
    assert not scanning.ping()
    number = added(PDF)
    runner.drain(seconds=2)
    with work.unit(writes=False), access.acting(OWNER), pytest.raises(files.NotScanned):
        files.readable(number)


def test_bytes_without_an_owner_go_after_a_day(tmp_path: Path) -> None:

    number = added(PDF)
    with work.unit():
        row = work.session().get_one(StoredFile, number)
        path = filestore.place(row.sha256)
        files.remove("test.case", select(literal(7)))
    with work.unit():
        files.sweep()
    assert path.exists()
    os.utime(path, (0, 0))
    with work.unit():
        files.sweep()
    assert not path.exists()
    assert list((tmp_path / "files").glob("??/*")) == []
