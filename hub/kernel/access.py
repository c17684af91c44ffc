"""Port: who is acting, what he may see and do. Denies all until a policy is installed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, false

from hub.kernel.errors import Forbidden, NotFound, SignInNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever acts in the present unit.

    Shape: `client_id` / `broker_id` are set when the person is one; `token_id` when a program
        acts for him by a token; `scopes` names the parts of the firm he reaches, by kind
        ("branch"); `session_id` is the device he is signed in at.
    """

    user_id: int | None = None
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)
    client_id: int | None = None
    broker_id: int | None = None
    token_id: int | None = None
    is_system: bool = False
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    session_id: int | None = None

    @property
    def is_staff(self) -> bool:
        """Whether he works for the firm; a client who also does is staff."""
        return bool(self.roles - {"client"})

    def holds(self, permission: str) -> bool:
        """Whether this actor has the permission."""
        return self.is_system or permission in self.permissions


T = TypeVar("T")

READ_VERBS = ("read", "reveal", "export")

STRANGER = Actor()
SYSTEM = Actor(name="system", is_system=True)

_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def is_read(verb: str) -> bool:
    """Whether a permission's name is about seeing, not about changing."""
    return verb.rpartition(".")[2] in READ_VERBS


class Policy(Protocol):
    """What relationship/ implements."""

    def scope(self, actor: Actor, kind: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Condition on `column` (ids of `kind`) that holds for rows the actor may see."""
        ...

    def may(self, actor: Actor, verb: str, target: int, kind: str) -> bool:
        """Whether the actor may do `verb` (a permission's name) to `target`, a row of `kind`."""
        ...


class DenyAll:
    """Nobody sees anything, except the system itself."""

    def scope(self, actor: Actor, kind: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Nothing."""
        del actor, kind, column
        return false()

    def may(self, actor: Actor, verb: str, target: int, kind: str) -> bool:
        """Nothing."""
        del actor, verb, target, kind
        return False


_policy: list[Policy] = [DenyAll()]


def implement(policy: Policy) -> None:
    """Install the policy of this process."""
    _policy[:] = [policy]


def current() -> Actor:
    """The present actor; a stranger when nobody is signed in."""
    return _actor.get() or STRANGER


@contextlib.contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Act as `actor` inside the block."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def act_as(actor: Actor) -> None:
    """Act as `actor` until the surrounding `acting` block ends."""
    _actor.set(actor)


def scope(actor: Actor, kind: str, column: Any) -> ColumnElement[bool]:
    """Condition for rows whose `column` holds ids of `kind` that the actor may see."""
    return _policy[0].scope(actor, kind, column)


def may(actor: Actor, verb: str, target: int, kind: str = "client") -> bool:
    """Whether the actor may do `verb` to `target`, a row of `kind`."""
    return actor.holds(verb) and _policy[0].may(actor, verb, target, kind)


def demand(permission: str) -> Actor:
    """The present actor, if he holds `permission`.

    Raises: SignInNeeded for a stranger, Forbidden without the permission.
    """
    actor = current()
    if actor.holds(permission):
        return actor
    if actor.user_id is None:
        raise SignInNeeded
    raise Forbidden(code="no-permission")


def found(row: T | None) -> T:
    """The row, or the one answer for "not there" and "not yours to know".

    Raises: NotFound.
    """
    if row is None:
        raise NotFound
    return row
