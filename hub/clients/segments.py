"""Saved rules over clients: who is meant, counted and selected inside the asker's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from hub.clients import past_profile, queries
from hub.clients.models import Client, Segment
from hub.kernel import access, audit, clock, facts, rules, work
from hub.kernel.dated import AsOf
from hub.kernel.errors import Conflict, Forbidden, Invalid
from hub.kernel.rules import Rule

NAME_MOST = 120  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many a rule means, and the first of them."""

    count: int
    first: list[Client]


def check(rule: Rule) -> Rule:
    """The rule, if every part of it can be asked.

    Raises: Invalid naming the part.
    """
    return rules.check(rule, {name: item.field for name, item in facts.fields().items()})


def reading(on: date | None, *, as_then: bool) -> AsOf | None:
    """The past day that is asked for, as it is known now or as it was known at its end.

    Raises: Invalid for a day to come.
    """
    today = clock.firm_day()
    if on is not None and on > today:
        raise Invalid({"on": _("a day up to today")})
    if on is None or on == today:
        return None
    return AsOf(on, clock.end_of(on) if as_then else None)


def clients(rule: Rule, as_of: AsOf | None = None) -> Select[Any]:
    """The clients whom the rule means, of those the present actor may see now.

    Raises: Invalid, also for a past day when a field keeps no history, naming it.
    """
    meant = queries.visible().where(facts.condition(rule, as_of))
    return meant if as_of is None else meant.where(past_profile.was_client(as_of))


def members(rule: Rule, as_of: AsOf | None = None) -> Select[Any]:
    """Their ids.

    Raises: Invalid as `clients` does.
    """
    return clients(rule, as_of).with_only_columns(Client.id)


def count(rule: Rule, as_of: AsOf | None = None) -> int:
    """How many clients the rule means for the present actor."""
    inside = members(rule, as_of).with_only_columns(func.count())
    return work.session().scalar(inside) or 0


def preview(rule: Rule, as_of: AsOf | None = None, *, first: int = 5) -> Preview:
    """How many the rule means, and the first few."""
    some = clients(rule, as_of).order_by(Client.id).limit(first)
    return Preview(count=count(rule, as_of), first=list(work.session().scalars(some)))


def create(name: str, rule: Rule, *, shared: bool = False) -> int:
    """Save a segment → its id.

    Raises: Invalid, Conflict when the owner has one of this name.
    """
    actor = access.demand("segments.write")
    assert actor.user_id is not None
    now = clock.now()
    row = Segment(
        name=_name(name, owner_id=actor.user_id, but=None), rule=dict(check(rule)),
        owner_id=actor.user_id, shared=shared, created_at=now, changed_at=now,
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("created", "segment", row.id)
    return row.id


def edit(segment_id: int, name: str, rule: Rule, *, shared: bool = False) -> None:
    """Change a segment of one's own.

    Raises: NotFound, Forbidden for somebody else's, Invalid, Conflict.
    """
    row = _own(segment_id)
    row.name = _name(name, owner_id=row.owner_id, but=row.id)
    row.rule, row.shared, row.changed_at = dict(check(rule)), shared, clock.now()
    audit.append("changed", "segment", segment_id)


def remove(segment_id: int) -> None:
    """Take a segment of one's own away.

    Raises: NotFound, Forbidden.
    """
    row = _own(segment_id)
    work.session().delete(row)
    audit.append("removed", "segment", segment_id)


def _own(segment_id: int) -> Segment:
    row, actor = queries.segment(segment_id), access.demand("segments.write")
    if row.owner_id != actor.user_id:
        raise Forbidden(code="not-your-segment")
    return row


def named(name: str) -> str:
    """A name that may stand in a list.

    Raises: Invalid.
    """
    text = name.strip()
    if not 1 <= len(text) <= NAME_MOST:
        raise Invalid({"name": _("a name of 1 to %(most)s characters", most=NAME_MOST)})
    return text


def _name(name: str, *, owner_id: int, but: int | None) -> str:
    text = named(name)
    same = select(Segment.id).where(Segment.owner_id == owner_id, Segment.name == text)
    if work.session().scalar(same.where(Segment.id != (but or 0))) is not None:
        raise Conflict(_("you have a segment of this name"), code="segment-name-taken")
    return text
