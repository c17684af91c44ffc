"""Reads of tags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select

from hub.clients.models import Client
from hub.clients.tags.models import Tag, Tagging
from hub.kernel import clock, dated, work

OFFERED = 200  # names in a list to choose from


@dataclass(frozen=True, slots=True)
class TagLine:
    """A tag of a client with its days."""

    tag_id: int
    name: str
    is_listed: bool
    valid_from: date
    valid_to: date | None

    @property
    def is_present(self) -> bool:
        """Whether he has it today."""
        return dated.is_on(self, clock.firm_day())


def of_client(client_id: int) -> list[TagLine]:
    """Every tag that a client has or had, the present ones first."""
    rows = work.session().execute(
        select(Tag.id, Tag.name, Tag.is_listed, Tagging.valid_from, Tagging.valid_to)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tagging.client_id == client_id)
        .order_by(Tagging.valid_to.is_not(None), Tag.name, Tagging.valid_from.desc())
    )
    return [TagLine(*row) for row in rows]


def names_on(day: date) -> ScalarSelect[Any]:
    """The names of the tags that `Client` has on a day, as a correlated set."""
    return (
        select(Tag.name)
        .join(Tagging, Tagging.tag_id == Tag.id)
        .where(Tagging.client_id == Client.id, dated.holds(Tagging, day))
        .correlate(Client)
        .scalar_subquery()
    )


def has(name: str) -> ColumnElement[bool]:
    """Condition: `Client` has the tag today."""
    tagged = (
        select(Tagging.client_id)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tag.name == name, dated.holds(Tagging, clock.firm_day()))
    )
    return Client.id.in_(tagged)


_OFFERED = (
    select(Tag.name)
    .where(Tag.retired_at.is_(None))
    .order_by(Tag.is_listed.desc(), Tag.name)
    .limit(OFFERED)
)


def offered() -> list[str]:
    """Names to choose from: the firm's list first, then what is in use."""
    return list(work.session().scalars(_OFFERED))


def usage() -> ColumnElement[int]:
    """How many clients have `Tag` today."""
    count: Any = (
        select(func.count())
        .select_from(Tagging)
        .where(Tagging.tag_id == Tag.id, dated.holds(Tagging, clock.firm_day()))
        .correlate(Tag)
        .scalar_subquery()
    )
    return count  # type: ignore[no-any-return]


def every() -> Select[Any]:
    """All tags that are not retired."""
    return select(Tag).where(Tag.retired_at.is_(None))


def listed() -> list[Tag]:
    """The firm's list."""
    return list(work.session().scalars(every().where(Tag.is_listed).order_by(Tag.name)))


def personal(client_id: int) -> list[dict[str, Any]]:
    """Every tag of a person, for his own file."""
    return [
        {"tag": line.name, "from": line.valid_from.isoformat(),
         "until": line.valid_to.isoformat() if line.valid_to else None}
        for line in of_client(client_id)
    ]  # fmt: skip
