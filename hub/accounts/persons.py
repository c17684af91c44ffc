"""Port: which broker or client a user is. Filled by the rooms that know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Kind = Literal["broker", "client"]
Finder = Callable[[int], int | None]

_finders: dict[Kind, Finder] = {}
_givers: dict[str, Callable[[int], frozenset[str]]] = {}
_holders: dict[str, Callable[[int], bool]] = {}


def know(kind: Kind, finder: Finder) -> None:
    """Install how a user's id leads to a person of `kind`."""
    _finders[kind] = finder


def forget() -> None:
    """Know nobody: an application starts with this."""
    _finders.clear()
    _givers.clear()
    _holders.clear()


def person(kind: Kind, user_id: int) -> int | None:
    """The id of the broker or client who this user is; None when he is none."""
    finder = _finders.get(kind)
    return None if finder is None else finder(user_id)


def give_roles_with(name: str, giver: Callable[[int], frozenset[str]]) -> None:
    """Install what gives a user roles beside those that are his own: an office he holds."""
    _givers[name] = giver


def roles(user_id: int) -> frozenset[str]:
    """The roles that a user has now by what he holds in the firm."""
    return frozenset().union(*(give(user_id) for give in _givers.values()))


def hold_with(name: str, holder: Callable[[int], bool]) -> None:
    """Install who says that a user's hands are held: he reads on, and does nothing else."""
    _holders[name] = holder


def is_held(user_id: int) -> bool:
    """Whether somebody holds a user's hands now."""
    return any(held(user_id) for held in _holders.values())
