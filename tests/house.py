"""The tree as the architecture tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SIBLINGS = tuple(
    name
    for name in ("channels", "campaigns", "complaints", "surveys", "forum")
    if (ROOT / name / "__init__.py").is_file()
)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def modules_of(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    """(path from the root, parsed file) of every Python file of the packages."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not path.name[0].isdigit():
                yield path.relative_to(ROOT).as_posix(), _parsed(path)


def templates() -> Iterator[Path]:
    """Every page template."""
    for package in ("hub", *SIBLINGS):
        yield from sorted((ROOT / package).rglob("templates/**/*.html"))


def name_of(call: ast.Call) -> str:
    """The last word of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
