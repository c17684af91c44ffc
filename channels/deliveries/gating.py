"""Why may this person get this message now? One select answers for a whole audience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, case, func, literal, select, union_all
from sqlalchemy.sql import visitors

from channels.deliveries.rules import State
from hub.clients.models import Address, Client, Contact
from hub.kernel import modules
from hub.kernel.base import table_of
from hub.kernel.errors import Invalid
from hub.kernel.messages import Gate, MessageClass

CHANNEL_KIND = {"email": "email", "sms": "sms"}
NO_ADDRESS, MISSING_VARIABLE, SAME_ADDRESS = "no_address", "missing_variable", "same_address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the gates are asked about.

    Shape: `missing` is a condition over clients that is true when a variable that the
        words need is unknown; `gates` in the order they are asked.
    """

    klass: MessageClass
    channels: tuple[str, ...]
    gates: tuple[Gate, ...]
    topic: str = ""
    risk: str = ""
    at: datetime | None = None
    missing: ColumnElement[bool] | None = None


def binding(klass: MessageClass, names: Sequence[str] | None = None) -> tuple[Gate, ...]:
    """The gates that bind a class, in order; or those of `names`.

    Raises: Invalid naming a pinned gate that is not installed now.
    """
    here = {gate.name: gate for module in modules.loaded().items for gate in module.gates}
    if names is not None:
        missing = sorted(set(names) - set(here))
        if missing:
            raise Invalid({"gates": f"a gate this message was prepared with is gone: {missing[0]}"})
        return tuple(sorted((here[name] for name in names), key=lambda gate: gate.order))
    bound = (gate for gate in here.values() if klass in gate.classes)
    return tuple(sorted(bound, key=lambda gate: gate.order))


def answers(ask: Ask, audience: FromClause) -> Select[Any]:
    """Who gets it by which channel and address, and who does not, with the reason.

    Shape: `audience` has a column `person_id`. Rows: person_id, channel, address_id, reason
        ("" when nothing stops it), shared (the address belongs to several people).
    """
    parts = [_by_channel(ask, channel, audience) for channel in ask.channels]
    if len(parts) == 1:
        return parts[0]
    united = union_all(*parts).subquery("answers")
    return select(*united.c)


def _by_channel(ask: Ask, channel: str, audience: FromClause) -> Select[Any]:
    person = audience.c.person_id
    reached: FromClause = audience.outerjoin(
        Contact,
        (Contact.client_id == person)
        & (Contact.kind == CHANNEL_KIND[channel])
        & Contact.is_primary,
    ).outerjoin(Address, Address.id == Contact.address_id)
    stops: list[tuple[ColumnElement[bool], Any]] = []
    for gate in ask.gates:
        if gate.select is not None:
            answer = gate.select(_recipients(ask, channel, audience)).subquery(f"gate_{gate.name}")
            reached = reached.outerjoin(
                answer, (answer.c.person == person) & (answer.c.channel == channel)
            )
            stops.append((answer.c.person.is_not(None), literal(gate.name)))
        elif (condition := _condition(gate, ask)) is not None:
            stops.append((condition, literal(gate.name)))
    if any(_asks_client(condition) for condition, _ in stops):
        reached = reached.join(Client, Client.id == person)
    return select(
        person.label("person_id"),
        literal(channel).label("channel"),
        Address.id.label("address_id"),
        (case(*stops, else_="") if stops else literal("")).label("reason"),
        func.coalesce(_bit("shared", stops_when_unset=False), False).label("shared"),
    ).select_from(reached)


def _asks_client(condition: ColumnElement[bool]) -> bool:
    """Whether the client's own row is looked at: where it is not, it is not read."""
    mine = table_of(Client)
    return any(getattr(part, "table", None) is mine for part in visitors.iterate(condition))


def _condition(gate: Gate, ask: Ask) -> ColumnElement[bool] | None:
    if gate.flag:
        return flag_stops(gate)
    if gate.name == NO_ADDRESS:
        return Address.id.is_(None)
    if gate.name == MISSING_VARIABLE:
        return ask.missing
    return None  # same_address counts over all recipients: see settle_shared


def flag_stops(gate: Gate) -> ColumnElement[bool]:
    """True where the gate's flag, on the client or the address, stops the message."""
    return _bit(gate.flag, stops_when_unset=gate.stops_when_unset)


def _bit(flag: str, *, stops_when_unset: bool) -> ColumnElement[bool]:
    known = modules.loaded().flags[flag]
    column = Client.flags if known.subject == "client" else Address.flags
    masked = column.op("&")(1 << known.bit)
    return masked == 0 if stops_when_unset else masked != 0


def _recipients(ask: Ask, channel: str, audience: FromClause) -> FromClause:
    """The selectable that a gate of another room is given."""
    return (
        select(
            audience.c.person_id.label("person"),
            Contact.address_id.label("address_id"),
            literal(channel).label("channel"),
            literal(ask.klass.value).label("klass"),
            literal(ask.topic).label("topic"),
            literal(ask.risk).label("risk"),
            literal(ask.at).label("at"),
        )
        .select_from(audience)
        .outerjoin(
            Contact,
            (Contact.client_id == audience.c.person_id)
            & (Contact.kind == CHANNEL_KIND[channel])
            & Contact.is_primary,
        )
        .subquery(f"recipients_{channel}")
    )


def once_per_address(ask: Ask) -> bool:
    """Whether an address gets this message only once, however many people share it."""
    return any(gate.name == SAME_ADDRESS for gate in ask.gates)


def first_state(ask: Ask, rows: FromClause) -> ColumnElement[str]:
    """The state a delivery starts in, from the answers' row."""
    if not once_per_address(ask):
        return case((rows.c.reason == "", State.QUEUED.value), else_=State.SUPPRESSED.value)
    return case(
        (rows.c.reason != "", State.SUPPRESSED.value),
        (rows.c.shared, State.CHECKING.value),
        else_=State.QUEUED.value,
    )
