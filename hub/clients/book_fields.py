"""What rules may ask of what is written about a client: each with its history."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from hub.clients.care import queries as care
from hub.clients.care.rules import CareKind
from hub.clients.care.words import TITLES
from hub.clients.custom import contributions as custom
from hub.clients.flags import is_set
from hub.clients.frozen import queries as frozen_queries
from hub.clients.models import Client
from hub.clients.notes import queries as notes
from hub.clients.notes.rules import ASKED_EVENTS, NEEDS, NoteKind
from hub.clients.notes.words import KINDS
from hub.clients.suitability import queries as suitability
from hub.clients.suitability.words import TITLES as CLASSES
from hub.clients.tags import queries as tags
from hub.kernel import clock
from hub.kernel.dated import AsOf
from hub.kernel.module import SegmentField
from hub.kernel.rules import Field


def fields() -> tuple[SegmentField, ...]:
    """The fields, as they hold now and on a day."""
    return (
        SegmentField(
            field=Field(name="tag", title=_("Tag"), kind="set"),
            now=lambda: tags.names_on(clock.firm_day()),
            as_of=lambda as_of: tags.names_on(as_of.day),
        ),
        *(_care(kind) for kind in CareKind),
        _noted("need", _("Need"), NEEDS),
        SegmentField(
            field=Field(
                name=suitability.CLASS,
                title=_("Suitability"),
                kind="choice",
                choices=tuple((one.value, text) for one, text in CLASSES.items()),
            ),
            now=lambda: suitability.class_on(AsOf()),
            as_of=suitability.class_on,
        ),
        SegmentField(
            field=Field(name="suitability_ending", title=_("Suitability ends soon"), kind="flag"),
            now=lambda: suitability.is_ending_on(AsOf()),
            as_of=suitability.is_ending_on,
        ),
        _noted("life_event", _("Life event"), ASKED_EVENTS),
    )


def live_fields() -> tuple[SegmentField, ...]:
    """What is asked about rows: the firm's own fields, and lists of who was meant."""
    frozen = Field(
        name="frozen", title=_("Frozen segment"), kind="set", choices=frozen_queries.offered()
    )
    inside = frozen_queries.in_which
    return (
        *custom.segment_fields(),
        SegmentField(field=frozen, now=inside, as_of=lambda _as_of: inside()),
    )


def _noted(name: str, title: Any, kinds: tuple[NoteKind, ...]) -> SegmentField:
    choices = tuple((kind.value, KINDS[kind]) for kind in kinds)
    return SegmentField(
        field=Field(name=name, title=title, kind="set", choices=choices),
        now=lambda: notes.kinds_on(kinds, AsOf()),
        as_of=lambda as_of: notes.kinds_on(kinds, as_of),
    )


def _care(kind: CareKind) -> SegmentField:
    return SegmentField(
        field=Field(name=kind.value, title=TITLES[kind], kind="flag"),
        now=lambda: is_set(kind.value, Client.flags),
        as_of=lambda as_of: care.held_on(kind, as_of.day),
    )
