"""A client's name as it is compared with others: without case and blanks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

BLANKS = (" ", "\u3000", "·", ".", ",", "-")


def key(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The key of a name, always by the database: each folds letters in its own way."""
    found: Any = func.lower(name)
    for blank in BLANKS:
        found = func.replace(found, blank, "")
    return found  # type: ignore[no-any-return]
