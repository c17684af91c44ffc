"""The pages agree with the tree: rows, proofs, decisions, links."""

from __future__ import annotations

import ast
import re

from tests.house import ROOT

ROW = re.compile(r"^\|\s*([A-Z]\d{2,3})\s*\|[^|]*\|([^|]*)\|", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
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


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert dead == []


def test_every_decision_is_numbered_once_and_says_what_was_decided() -> None:
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    assert [page.name for page in pages if "**Decided.**" not in page.read_text("utf-8")] == []
