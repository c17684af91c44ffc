"""The gate: what `hub.kernel.access` asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true

from hub.clients.models import Client
from hub.kernel import work
from hub.kernel.access import Actor
from hub.relationship import queries
from hub.relationship.models import Serving
from hub.relationship.rules import Reach, is_official, is_read, reaches


class ServingPolicy:
    """Who reaches which clients: the table in rules, with the facts of this house."""

    def scope(self, actor: Actor, kind: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Condition on `column` (ids of `kind`) for rows whom the actor may see."""
        if actor.is_system:
            return true()
        seen = self._reached(actor, column, write=False)
        if kind == "client":
            return seen
        if kind == "client.import":
            # Nobody's work is overwritten where nobody serves: whoever sees may correct.
            unserved = column.not_in(queries.served())
            return self._reached(actor, column, write=True) | (seen & unserved)
        return false()

    def may(self, actor: Actor, verb: str, target: int) -> bool:
        """Whether the actor may do `verb` to the client `target`."""
        if actor.is_system:
            return True
        write = not (is_read(verb) or is_official(verb))
        return self._includes(actor, target, write=write)

    def _reached(
        self, actor: Actor, column: ColumnElement[Any], *, write: bool
    ) -> ColumnElement[bool]:
        found = reaches(actor.roles, write=write)
        if Reach.ALL in found:
            return true()
        parts: list[ColumnElement[bool]] = []
        if Reach.SERVED in found and actor.broker_id is not None:
            parts.append(column.in_(queries.served_by(actor.broker_id)))
        if Reach.BRANCH in found and (branches := _branches(actor)):
            parts.append(column.in_(select(Client.id).where(Client.branch.in_(branches))))
        if Reach.SELF in found and actor.client_id is not None:
            parts.append(column == actor.client_id)
        return or_(false(), *parts)

    def _includes(self, actor: Actor, target: int, *, write: bool) -> bool:
        found = reaches(actor.roles, write=write)
        if Reach.ALL in found or (Reach.SELF in found and actor.client_id == target):
            return True
        branches = _branches(actor) if Reach.BRANCH in found else ()
        here = select(Client.id).where(Client.id == target, Client.branch.in_(branches))
        if branches and work.session().scalar(here) is not None:
            return True
        if Reach.SERVED not in found or actor.broker_id is None:
            return False
        served = queries.served_by(actor.broker_id).where(Serving.client_id == target)
        return work.session().scalar(select(served.exists())) is True


def _branches(actor: Actor) -> tuple[str, ...]:
    return tuple(sorted(actor.scopes.get("branch", ())))
