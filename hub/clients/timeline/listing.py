"""A client's timeline as a list: filtered, sorted, paged, exported as every list is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, String, literal, select

from hub.kernel import timelines
from hub.kernel.base import UtcTime
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing

_HOLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
MARK = ":"  # between the codes of a line: only the last one may hold it


def shown(codes: str) -> str:
    """The codes of a line in the reader's words."""
    name, what, detail = codes.split(MARK, 2)
    source = next(one for one in timelines.every() if one.name == name)
    return str(source.told(what, detail))


def words(text: str) -> str:
    """What people wrote, with a mark where a message puts a person's own facts."""
    return _HOLE.sub("…", text)


def listing() -> Listing:
    """The list of nobody: what the description of the API is made of."""
    return _listing(_nobody(), (), {})


def of_client(client_id: int) -> tuple[Listing, Select[Any]]:
    """The list and its rows, of what the present actor may read."""
    found = timelines.sources(client_id)
    line = timelines.of_client(found)
    return _listing(line.c, found, {timelines.CLIENT: client_id}), select(line)


def _listing(
    line: Any, found: tuple[timelines.Timeline, ...], values: Mapping[str, Any]
) -> Listing:
    titles = {source.name: source.title for source in found}
    codes = line.source + MARK + line.what + MARK + line.detail
    return Listing(
        name="timeline",
        of_people=True,
        key=line.key,
        default_sort="-at",
        values=values,
        columns=(
            Column(
                key="at", label=_("When"), expr=line.at, kind="time", sortable=True, filled=True
            ),
            Column(key="by_day", label=_("Day only"), expr=line.by_day, kind="yes", minor=True),
            Column(key="source", label=_("Kind"), expr=line.source, kind="badge", labels=titles),
            Column(key="told", label=_("What happened"), expr=codes, shown=shown),
            Column(key="text", label=_("Words"), expr=line.text, shown=words),
        ),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(line.text,)),
            Filter(
                key="source", label=_("Kind"), kind="choice", exprs=(line.source,),
                choices=lambda: tuple(titles.items()),
            ),
            Filter(key="day", label=_("Day"), kind="date", exprs=(line.at,)),
        ),
    )  # fmt: skip


def _nobody() -> Any:
    names = ("source", "what", "detail", "text", "key")
    texts = [literal("", String()).label(name) for name in names]
    when = literal(None, UtcTime()).label("at"), literal(False).label("by_day")
    return select(*when, *texts).subquery().c
