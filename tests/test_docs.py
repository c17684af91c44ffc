"""The pages agree with the tree: rows, proofs, decisions, links."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house import ROOT

ROW = re.compile(r"^\|\s*([A-Z]\d{2,3})\s*\|[^|]*\|([^|]*)\|", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
PLACE = re.compile(r"\btests/[\w/]+(?:\.py)?")
FILE = re.compile(r"(?<![\w/])test_\w+\.py")
NAME = re.compile(r"`(test_\w+)`")
COUNTS = {"S": 106, "M": 38, "C": 17, "L": 13, "F": 11, "U": 14}


def rows() -> dict[str, str]:
    return dict(ROW.findall((ROOT / "docs/features.md").read_text("utf-8")))


def marked() -> dict[str, set[str]]:
    """Test file → ids of the rows it claims to prove."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        ids = {
            name for node in ast.walk(ast.parse(path.read_text("utf-8"))) for name in ids_in(node)
        }
        if ids:
            found[path.relative_to(ROOT).as_posix()] = ids
    return found


def ids_in(node: ast.AST) -> set[str]:
    """The ids of a `….mark.feature(…)` call; none for any other node."""
    match node:
        case ast.Call(func=ast.Attribute(attr="feature", value=ast.Attribute(attr="mark"))):
            return {str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)}
    return set()


def test_every_row_stands_once() -> None:
    text = (ROOT / "docs/features.md").read_text("utf-8")
    ids = [name for name, _ in ROW.findall(text)]
    assert len(ids) == len(set(ids))
    for letter, count in COUNTS.items():
        digits = [int(name[1:]) for name in ids if name[0] == letter]
        assert digits == list(range(1, count + 1)), letter


def test_a_row_names_exactly_the_files_that_prove_it() -> None:
    proofs: dict[str, set[str]] = {name: set() for name in rows()}
    for path, ids in marked().items():
        for name in ids:
            proofs.setdefault(name, set()).add(path)
    named = {name: set(re.findall(r"tests/\S+?\.py", cell)) for name, cell in rows().items()}
    assert named == proofs


def test_a_test_proves_only_rows_that_stand() -> None:
    assert {name for ids in marked().values() for name in ids} - set(rows()) == set()


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def there_are() -> set[str]:
    """The names of all test functions."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name[:5] == "test_"
    }


def test_every_test_that_a_page_names_is_there() -> None:
    files = {path.name for path in (ROOT / "tests").rglob("*.py")}
    known, gone = there_are(), []
    for page in pages():
        text = page.read_text("utf-8")
        gone += [
            f"{page.name}: {path}" for path in PLACE.findall(text) if not (ROOT / path).exists()
        ]
        gone += [f"{page.name}: {name}" for name in FILE.findall(text) if name not in files]
        gone += [f"{page.name}: {name}" for name in NAME.findall(text) if name not in known]
    assert gone == []


@pytest.mark.parametrize("page", ["security", "operations"])
def test_each_part_of_a_page_of_promises_names_a_test_that_holds_it(page: str) -> None:
    """A reader may look each promise up; a part that names nothing is talk."""
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    silent = [
        part.partition("\n")[0]
        for part in parts
        if not (PLACE.search(part) or FILE.search(part) or NAME.search(part))
    ]
    assert silent == []


def test_links_between_pages_lead_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_every_decision_is_numbered_once_and_says_what_was_decided() -> None:
    found = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(page.name[:4]) for page in found]
    assert numbers == list(range(1, len(found) + 1))
    assert [page.name for page in found if "**Decided.**" not in page.read_text("utf-8")] == []
