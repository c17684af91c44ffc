"""What may be noted of a client: no database, no web."""

from __future__ import annotations

import enum
import re

TEXT_MOST = 1_000  # characters
_MARKS = re.compile(r"[\W_]+")


class NoteKind(enum.StrEnum):
    """What a note is about."""

    RETIREMENT = "retirement"
    EDUCATION = "education"
    HOME = "home"
    CASH = "cash"
    GROWTH = "growth"
    PROTECTION = "protection"
    OTHER_NEED = "other_need"
    MARRIAGE = "marriage"
    BIRTH = "birth"
    DIVORCE = "divorce"
    NEW_JOB = "new_job"
    RETIRED = "retired"
    INHERITANCE = "inheritance"
    ILLNESS = "illness"
    MOVE = "move"
    OTHER_EVENT = "other_event"
    NEWS = "news"


NEEDS = (
    NoteKind.RETIREMENT, NoteKind.EDUCATION, NoteKind.HOME, NoteKind.CASH, NoteKind.GROWTH,
    NoteKind.PROTECTION, NoteKind.OTHER_NEED,
)  # fmt: skip
EVENTS = (
    NoteKind.MARRIAGE, NoteKind.BIRTH, NoteKind.DIVORCE, NoteKind.NEW_JOB, NoteKind.RETIRED,
    NoteKind.INHERITANCE, NoteKind.ILLNESS, NoteKind.MOVE, NoteKind.OTHER_EVENT,
)  # fmt: skip
# Nobody is chosen for a message because he is ill.
ASKED_EVENTS = tuple(kind for kind in EVENTS if kind is not NoteKind.ILLNESS)
_NAMED = frozenset(EVENTS) - {NoteKind.OTHER_EVENT}


class Source(enum.StrEnum):
    """How it was learned."""

    TALK = "talk"
    CALL = "call"
    MESSAGE = "message"
    DOCUMENT = "document"
    SOMEBODY = "somebody"
    FILE = "file"


class Consent(enum.StrEnum):
    """Whether the client agreed that it is kept; what he refuses is not kept at all."""

    NOT_ASKED = "not_asked"
    SPOKEN = "spoken"
    WRITTEN = "written"
    PORTAL = "portal"


def sameness(kind: NoteKind, on_day: str, text: str) -> str:
    """What two notes of one thing have in common, however they are worded.

    A named event is known by its day, a need by its words whenever it is said again, all else by
    both.
    """
    words = _MARKS.sub("", text.casefold())
    if kind in _NAMED:
        return f"{kind.value}|{on_day}|"
    return f"{kind.value}||{words}" if kind in NEEDS else f"{kind.value}|{on_day}|{words}"
