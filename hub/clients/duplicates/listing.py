"""The list of pairs who may be one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.queries import high, low
from hub.clients.duplicates.rules import PairState, told
from hub.clients.duplicates.words import CLUES, STATES, TONES
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def clues_of(value: Any) -> str:
    """The clues in words."""
    return ", ".join(str(CLUES[clue]) for clue in told(int(value)))


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Pairs, the likeliest first."""
    states = tuple((state.value, STATES[state.value]) for state in PairState)
    return Listing(
        name="duplicates",
        of_people=True,
        key=Duplicate.id,
        default_sort="-score",
        columns=(*_who(link), *_what()),
        filters=(
            Filter(key="q", label=_("Search"), exprs=(low.name, low.no, high.name, high.no)),
            Filter(
                key="state", label=_("State"), kind="choice", exprs=(Duplicate.state,),
                choices=states,
            ),
            Filter(key="score", label=_("Points"), kind="number", exprs=(Duplicate.score,)),
        ),
    )  # fmt: skip


def _who(link: Callable[[Any], str] | None) -> tuple[Column, ...]:
    return (
        Column(
            key="score", label=_("Points"), expr=Duplicate.score, kind="number", sortable=True,
            link=link,
        ),
        Column(key="one", label=_("One client"), expr=low.name, link=link),
        Column(key="one_no", label=_("Number"), expr=low.no, minor=True),
        Column(key="other", label=_("The other"), expr=high.name, link=link),
        Column(key="other_no", label=_("Number"), expr=high.no, minor=True),
    )  # fmt: skip


def _what() -> tuple[Column, ...]:
    return (
        Column(key="clues", label=_("Why"), expr=Duplicate.clues, shown=clues_of),
        Column(
            key="state", label=_("State"), expr=Duplicate.state, kind="badge", labels=STATES,
            tones=TONES,
        ),
        Column(
            key="found_at", label=_("Found"), expr=Duplicate.found_at, kind="time",
            sortable=True, minor=True,
        ),
    )  # fmt: skip
