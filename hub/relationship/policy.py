"""The gate: what `hub.kernel.access` asks about clients and brokers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, or_, select, true

from hub.brokers import queries as brokers
from hub.brokers import team_queries, tree
from hub.clients.models import Client
from hub.kernel import clock, work
from hub.kernel.access import Actor, is_read
from hub.relationship import queries
from hub.relationship.hands import KEPT, hands_of, led_by
from hub.relationship.rules import Reach, is_official, reaches, reaches_brokers

Condition = ColumnElement[bool]


class ServingPolicy:
    """Who reaches which clients and brokers: the tables in rules, with the facts of this house."""

    def scope(self, actor: Actor, kind: str, column: ColumnElement[Any]) -> Condition:
        """Condition on `column` (ids of `kind`) for rows whom the actor may see.

        Shape: "client", "broker"; "client.operate", "broker.operate" for those he may change,
            "client.assign" for those whom he may hand on.
        """
        if actor.is_system:
            return true()
        part = _SCOPES.get(kind)
        return false() if part is None else part(actor, column)

    def may(self, actor: Actor, verb: str, target: int, kind: str) -> bool:
        """Whether the actor may do `verb` to the client or broker `target`."""
        if actor.is_system:
            return True
        write, one = not (is_read(verb) or is_official(verb)), literal(target, Client.id.type)
        if kind == "broker":
            found, condition = reaches_brokers(actor.roles, write=write), _brokers
        else:
            found, condition = reaches(actor.roles, write=write, verb=verb), _clients

        def ask() -> bool:
            reach = condition(actor, found, one)
            return reach is true() or work.session().scalar(select(reach)) is True

        # A page asks the same of one client for many verbs.
        return work.once(("may", kind, target, found, *_who(actor)), ask)


def _who(actor: Actor) -> tuple[Any, ...]:
    """What the answer depends on, of an actor."""
    scopes = tuple(sorted(actor.scopes.items()))
    return actor.user_id, actor.broker_id, actor.client_id, actor.roles, scopes


def _clients(actor: Actor, found: frozenset[Reach], column: Any) -> Condition:
    """Condition: the client is within one of the reaches."""
    mine = actor.broker_id
    if Reach.ALL in found:
        return true()
    parts: list[Condition] = []
    if mine is not None and Reach.SUBTREE in found and mine == tree.root():
        return true()  # every client is served by somebody of the tree
    if mine is not None:
        today = clock.firm_day()
        parts += [column.in_(_served(by, mine, today)) for by in _BY if by in found]
        if (led := _led_by_post(actor, found)) is not None:
            parts.append(column.in_(queries.served_by_any(led, today)))
    if Reach.BRANCH in found and (branches := _branches(actor)):
        parts.append(column.in_(select(Client.id).where(Client.branch.in_(branches))))
    if Reach.SELF in found and actor.client_id is not None:
        parts.append(column == actor.client_id)
    return or_(false(), *parts)


_BY: dict[Reach, Callable[[int], Select[Any]]] = {
    Reach.SUBTREE: tree.subtree, Reach.DIRECT: led_by, Reach.SERVED: hands_of,
}  # fmt: skip


@lru_cache(KEPT)
def _served(by: Reach, broker_id: int, today: date) -> Select[Any]:
    """Ids of the clients whom those serve today whom a broker reaches in a way."""
    return queries.served_by_any(_BY[by](broker_id), today)


def _brokers(actor: Actor, found: frozenset[Reach], column: Any) -> Condition:
    """Condition: the broker is within one of the reaches."""
    mine = actor.broker_id
    if Reach.ALL in found:
        return true()
    parts: list[Condition] = []
    if mine is not None and Reach.SUBTREE in found:
        if mine == tree.root():
            return true()
        parts.append(column.in_(tree.subtree(mine)))
        if (led := _led_by_post(actor, found)) is not None:
            parts.append(column.in_(led))
    if mine is not None and Reach.DIRECT in found:
        parts.append(column.in_(tree.reports(mine)))
    if mine is not None and Reach.SELF in found:
        parts.append(column == mine)
    if Reach.BRANCH in found and (branches := _branches(actor)):
        parts.append(column.in_(brokers.in_branches(branches)))
    return or_(false(), *parts)


def _led_by_post(actor: Actor, found: frozenset[Reach]) -> Select[Any] | None:
    """Those of the branch or team that he leads by a post, where one is not below him anyway."""
    if Reach.SUBTREE not in found or actor.broker_id is None:
        return None
    if (led := team_queries.led_by_post(actor.scopes)) is None:
        return None
    outside = led.where(led.selected_columns.id.not_in(tree.subtree(actor.broker_id)))
    key = ("led-by-post", *_who(actor))
    is_wider = work.once(key, lambda: work.session().scalar(select(outside.exists())) is True)
    return led if is_wider else None


def _branches(actor: Actor) -> tuple[str, ...]:
    return tuple(sorted(actor.scopes.get("branch", ())))


def _assignable(actor: Actor, column: Any) -> Condition:
    """Clients whom the actor may hand on: his own and those of his direct reports."""
    found = reaches(actor.roles, write=True, verb="relationship.assign")
    return _clients(actor, found, column)


def _of_brokers(actor: Actor, column: Any, *, write: bool = False) -> Condition:
    """Brokers whom the actor sees, or on whom he operates."""
    return _brokers(actor, reaches_brokers(actor.roles, write=write), column)


_SCOPES: dict[str, Callable[[Actor, Any], Condition]] = {
    "client": lambda actor, ids: _clients(actor, reaches(actor.roles, write=False), ids),
    "client.operate": lambda actor, ids: _clients(actor, reaches(actor.roles, write=True), ids),
    "client.assign": _assignable,
    "broker": _of_brokers,
    "broker.operate": partial(_of_brokers, write=True),
}
