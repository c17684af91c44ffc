"""What a file is, by its content: the name only has to agree."""

from __future__ import annotations

import enum
import zipfile
from pathlib import Path

import puremagic

HEAD = 8_192  # bytes that tell what a file is
MOST_UNPACKED = 200 << 20  # bytes
MOST_RATIO = 200  # unpacked to packed: more is a bomb
MOST_MEMBERS = 5_000


class Kind(enum.StrEnum):
    """Kinds of file that any place may take; what is none of these is refused."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODS = "ods"
    ODT = "odt"
    ZIP = "zip"
    TEXT = "txt"
    CSV = "csv"
    MP3 = "mp3"
    WAV = "wav"


IMAGES = frozenset({Kind.PNG, Kind.JPEG, Kind.GIF, Kind.WEBP})
DOCUMENTS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.PPTX, Kind.ODS, Kind.ODT})
TEXTS = frozenset({Kind.TEXT, Kind.CSV})
ORDINARY = IMAGES | DOCUMENTS | TEXTS

# Source: IANA media types. What a browser might run is never given out as itself.
MEDIA = {
    Kind.PDF: "application/pdf", Kind.PNG: "image/png", Kind.JPEG: "image/jpeg",
    Kind.GIF: "image/gif", Kind.WEBP: "image/webp", Kind.MP3: "audio/mpeg", Kind.WAV: "audio/wav",
    Kind.TEXT: "text/plain; charset=utf-8", Kind.CSV: "text/csv; charset=utf-8",
}  # fmt: skip
INLINE = frozenset({Kind.PDF, *IMAGES})

_ENDINGS = {
    Kind.JPEG: {"jpg", "jpeg"}, Kind.TEXT: {"txt", "text", "log", "md"},
}  # fmt: skip
# A member that only this kind of package has.
_PACKAGES = {
    Kind.DOCX: "word/document.xml", Kind.XLSX: "xl/workbook.xml",
    Kind.PPTX: "ppt/presentation.xml",
}  # fmt: skip
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.spreadsheet": Kind.ODS,
    b"application/vnd.oasis.opendocument.text": Kind.ODT,
}
_SIMPLE = {
    "application/pdf": Kind.PDF, "image/png": Kind.PNG, "image/jpeg": Kind.JPEG,
    "image/gif": Kind.GIF, "image/webp": Kind.WEBP, "audio/mpeg": Kind.MP3,
    "audio/wave": Kind.WAV, "audio/wav": Kind.WAV, "audio/x-wav": Kind.WAV,
}  # fmt: skip


def kind_of(path: Path, name: str) -> Kind | None:
    """The kind of a file's content; None when it is none of ours or its name says another.

    An archive that unpacks to far more than it is, is none of ours.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _by_content(head, path)
    if found is Kind.TEXT and name.lower().endswith(".csv"):
        found = Kind.CSV
    ending = name.rpartition(".")[2].lower()
    return found if found is not None and ending in _ENDINGS.get(found, {found.value}) else None


def _by_content(head: bytes, path: Path) -> Kind | None:
    if head.startswith(b"PK\x03\x04"):
        return _package(path)
    for match in _matches(head):
        if (kind := _SIMPLE.get(match)) is not None:
            return kind
    return Kind.TEXT if _is_text(path) else None


def _matches(head: bytes) -> list[str]:
    """Media types by signature, surest first."""
    try:
        return [str(found.mime_type) for found in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        return []


def _package(path: Path) -> Kind | None:
    """What a ZIP is; None for one that is broken, hidden or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            is_bomb = unpacked > min(MOST_UNPACKED, max(1 << 20, path.stat().st_size * MOST_RATIO))
            if is_bomb or len(members) > MOST_MEMBERS or any(m.flag_bits & 1 for m in members):
                return None
            names = {member.filename for member in members}
            for kind, sign in _PACKAGES.items():
                if sign in names:
                    return kind
            if "mimetype" in names and archive.getinfo("mimetype").file_size < HEAD:
                return _OPEN_DOCUMENTS.get(archive.read("mimetype").strip(), Kind.ZIP)
            return Kind.ZIP
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None


def _is_text(path: Path) -> bool:
    """UTF-8 without control characters, and no page that a browser would run."""
    with path.open("r", encoding="utf-8", newline="") as file:
        try:
            for piece in iter(lambda: file.read(1 << 16), ""):
                if any(sign < " " and sign not in "\t\r\n\f\x1a" for sign in piece):
                    return False
        except UnicodeDecodeError:
            return False
    return True
