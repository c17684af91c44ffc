"""Which column feeds which field: guessed from headers, remembered per set of headers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from hub.kernel import clock, work
from hub.kernel.errors import Invalid
from hub.kernel.imports.kinds import Kind, kind
from hub.kernel.imports.models import Memory
from hub.kernel.sentences import N_

PLACE_MOST = 5  # digits of a column's number

_MARKS = re.compile(r"[\W_]+")
_LIKE_DATA = re.compile(r"@|^\+?\d[\d\s.,/-]{3,}$")


def folded(name: str) -> str:
    """A header as it is compared: without case, spaces, marks and what stands in brackets."""
    return _MARKS.sub("", re.sub(r"[(（\[【].*?[)）\]】]", "", name).casefold())


def column_names(cells: Sequence[str]) -> list[str]:
    """Names of the columns: never empty, never twice the same."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\0", "").split())[:100] or f"#{place}"
        if name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def doubts(kind_name: str, header: Sequence[str]) -> list[Any]:
    """Notices about a header that looks odd."""
    found: list[Any] = []
    doubled = [name for name in header if re.fullmatch(r".* \(\d+\)", name)]
    if doubled:
        text = N_("Several columns have the same name; they are told apart by number: %(names)s")
        found.append([text, {"names": ", ".join(doubled)}])
    if any(_LIKE_DATA.search(name) for name in header) and not guess(kind_name, header):
        found.append([N_("The first line looks like data, not like names of columns."), {}])
    return found


def guess(kind_name: str, header: Sequence[str]) -> dict[str, str]:
    """Column number → field name, by names and aliases.

    Shape: an exact name wins over a name that only begins like an alias.
    """
    fields = kind(kind_name).all_fields
    aliases = {
        folded(alias): one.name
        for one in fields.values()
        for alias in (one.name, str(one.title), *one.aliases)
    }
    mapping: dict[str, str] = {}
    for numbered in (False, True):
        for place, name in enumerate(header):
            plain = folded(name)
            field = aliases.get(plain.rstrip("0123456789") if numbered else plain)
            is_free = field is not None and (fields[field].many or field not in mapping.values())
            if field is not None and is_free and str(place) not in mapping:
                mapping[str(place)] = field
    return dict(sorted(mapping.items(), key=lambda pair: int(pair[0])))


def signature(header: Sequence[str]) -> str:
    """What two files with the same columns share."""
    return hashlib.sha256("\n".join(map(folded, header)).encode()).hexdigest()


def recalled(kind_name: str, header: Sequence[str]) -> dict[str, str]:
    """The mapping last used for such a header, without fields that no longer exist."""
    query = select(Memory.mapping).where(
        Memory.kind == kind_name, Memory.signature == signature(header)
    )
    stored = work.session().scalar(query) or {}
    fields = kind(kind_name).all_fields
    return {place: name for place, name in stored.items() if name in fields}


def remember(kind_name: str, header: Sequence[str], mapping: Mapping[str, Any]) -> None:
    """Keep a mapping for the next file with this header."""
    mark = signature(header)
    query = select(Memory).where(Memory.kind == kind_name, Memory.signature == mark)
    row = work.session().scalar(query)
    if row is None:
        row = Memory(kind=kind_name, signature=mark, mapping={}, used_at=clock.now())
        work.session().add(row)
    row.mapping, row.used_at = dict(mapping), clock.now()


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= PLACE_MOST


def settled(item: Kind, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping that a person chose, checked.

    Raises: Invalid naming the column (`column-<n>`) or the field that is missing.
    """
    fields = item.all_fields
    chosen: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for place, name in mapping.items():
        if not name:
            continue
        if name not in fields or not _is_place(place) or int(place) >= len(header):
            wrong[f"column-{place}"] = gettext("There is no such field.")
        elif name in chosen.values() and not fields[name].many:
            title = fields[name].title
            wrong[f"column-{place}"] = gettext("Two columns feed “%(field)s”.", field=title)
        else:
            chosen[place] = name
    missing = [
        str(one.title)
        for one in fields.values()
        if one.required and one.name not in chosen.values()
    ]
    if missing:
        wrong["mapping"] = gettext("Choose a column for: %(fields)s", fields=", ".join(missing))
    if wrong:
        raise Invalid(wrong)
    return chosen
