"""One person over all rooms: a file of everything held, and a wipe of it.

Each room names its tables and says how they are exported and erased (`PersonalData`). Rooms above
go first; the person's key goes last, and with it whatever was sealed for him.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from hub.kernel import clock, modules, work
from hub.kernel.module import Module
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
