"""One person over all rooms: a file of everything held, a wipe of it, two rows made one.

Each room names its tables and says how they are exported, erased and merged (`PersonalData`).
Rooms above go first; the person's key goes last, and with it whatever was sealed for him.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from hub.kernel import clock, journal, modules, work
from hub.kernel.module import Merger, Module, PersonalData
from hub.kernel.sentences import N_

# Source: house.md §5; what stays names nobody, or is kept by law.
KEPT = (
    N_("the client number and the days of the relationship"),
    N_("agreements with their signed files, as long as the law asks"),
    N_("the log: who did what, by number"),
    N_("consents and refusals, by the keyed hash of the address"),
    N_("deliveries: that, when and how they went, without address"),
    N_("files taken over as proof of consent, the person's lines blanked"),
    N_("backups, until their age is over"),
)


def holders() -> list[Module]:
    """The rooms that hold something of people, upper ones first."""
    return [item for item in reversed(modules.loaded().items) if item.personal_data is not None]


def _entries() -> list[PersonalData]:
    return [item.personal_data for item in holders() if item.personal_data is not None]


def merge(merger: Merger, *, cause: str) -> None:
    """Have every room give its rows to the one who is kept, in the present unit.

    What it did is kept by `cause`, so that `part` can take it back.
    """
    watched = {table: names for entry in _entries() for table, names in entry.moved.items()}
    both = (merger.kept, merger.gone)
    before = journal.pictures(watched, both)
    for entry in _entries():
        if entry.merge is not None:
            entry.merge(merger)
    journal.note(cause, before, journal.pictures(watched, both))
    _settle(both)


def part(kept: int, gone: int, *, cause: str) -> None:
    """Take a merge back: rows that somebody touched since stay as they are."""
    journal.take_back(cause)
    _settle((kept, gone))


def _settle(ids: tuple[int, ...]) -> None:
    for entry in reversed(_entries()):  # what rooms below say comes first
        if entry.settle is not None:
            entry.settle(ids)


def file_of(person_id: int) -> dict[str, Any]:
    """Everything held of a person, room by room, ready for JSON."""
    told = {
        item.name: _plain(item.personal_data.export(person_id))
        for item in holders()
        if item.personal_data is not None
    }
    return {"person": person_id, "made_at": clock.now().isoformat(), "rooms": told}


def erase(person_id: int) -> None:
    """Wipe a person from every room, in the present unit.

    What is taken away is overwritten in the embedded database's own pages.
    """
    if work.dialect() == "sqlite":
        work.session().execute(text("PRAGMA secure_delete=ON"))
    for item in holders():
        assert item.personal_data is not None
        item.personal_data.erase(person_id)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
