"""Templates and texts: nothing inline for a strict CSP, every English text has its Chinese."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import gettext, pgettext

from tests.house import ROOT, SIBLINGS, templates

KEYWORDS = dict.fromkeys(("_", "gettext", "lazy_gettext", "N_", "l_")) | {
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
Text = tuple[str | None, str]  # its context, where one word has two meanings; the text
INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+\s*=|\shx-on[:\w-]*\s*=", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
}
HOLE = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def test_no_template_holds_anything_inline() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {what}"
        for path in templates()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for what, pattern in INLINE.items()
        if pattern.search(line)
    ]
    assert found == []


def packages() -> Iterator[Path]:
    """Folders that have a catalogue of their own, or ought to."""
    for path in sorted((ROOT / "hub").iterdir()):
        if (path / "__init__.py").is_file():
            yield path
    yield ROOT / "hub" / "kernel" / "imports"
    yield from (ROOT / name for name in SIBLINGS)


@cache
def texts(package: Path) -> dict[Text, str]:
    """Every English text of a package, and where it stands."""
    found: dict[Text, str] = {}
    inner = [other for other in packages() if other != package and package in other.parents]
    for path in sorted(package.rglob("*")):
        method = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}.get(path.suffix)
        if method is None or any(part in path.parents for part in inner):
            continue
        if "static" in path.parts or "migrations" in path.parts:
            continue
        for line, message, _comments, context in extract_from_file(
            method, path, keywords=KEYWORDS,
            options={"trimmed": "true", "silent": "false", "encoding": "utf-8"},
        ):  # fmt: skip
            for text in [message] if isinstance(message, str) else message[:1]:
                if text:
                    found.setdefault((context, text), f"{path.relative_to(ROOT)}:{line}")
    return found


@cache
def catalogue(package: Path) -> Catalog:
    path = package / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


def translation(package: Path, text: Text) -> str:
    message = catalogue(package).get(text[1], text[0])
    if message is None or message.fuzzy:
        return ""
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return "".join(strings or ())


@pytest.mark.parametrize("package", tuple(packages()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_is_said_in_chinese_too(package: Path) -> None:
    missing = {
        text: place for text, place in texts(package).items() if not translation(package, text)
    }
    assert missing == {}


@pytest.mark.parametrize("package", tuple(packages()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_translation_fills_the_same_holes(package: Path) -> None:
    wrong = {
        text: said
        for text in texts(package)
        if (said := translation(package, text))
        and set(HOLE.findall(said)) != set(HOLE.findall(text[1]))
    }
    assert wrong == {}


def test_a_chinese_text_is_chinese() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    letters = re.compile(r"[a-z]{4,}")
    wrong = {
        str(message.id): str(message.string)
        for package in packages()
        for message in catalogue(package)
        if message.id and message.string and not han.search(str(message.string))
        and letters.search(str(message.string))
        and str(message.string) == str(message.id)
    }  # fmt: skip
    assert wrong == {}


def test_no_catalogue_holds_what_nobody_says() -> None:
    dead = {
        f"{package.name}: {text}"
        for package in packages()
        for message in catalogue(package)
        if (text := message.id if isinstance(message.id, str) else message.id[0])
        and (message.context, text) not in texts(package)
    }
    assert dead == set()


def test_one_text_is_said_in_one_way_in_all_rooms() -> None:
    """The catalogues are merged: of two translations of one text the last loaded would win."""
    said: dict[Text, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for package in packages():
        for context, text in texts(package):
            said[context, text][translation(package, (context, text))].append(package.name)
    assert {text: dict(ways) for text, ways in said.items() if len(ways) > 1} == {}


@pytest.mark.database("sqlite")
def test_a_word_with_two_meanings_is_said_as_each_is_meant(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert (pgettext("channel", "E-mail"), gettext("E-mail")) == ("邮件", "邮箱")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert pgettext("channel", "E-mail") == gettext("E-mail")
