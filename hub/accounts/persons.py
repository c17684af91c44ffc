"""Port: who a user is in the firm, and what he holds there. Filled by the rooms that know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a user is in the firm.

    Shape: `roles` and `scopes` (kind → values) come with an office he holds, beside those that are
        his own; whoever is `held` reads on and does nothing else.
    """

    broker_id: int | None = None
    client_id: int | None = None
    roles: frozenset[str] = frozenset()
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    held: bool = False


Reader = Callable[[int], Standing]

_readers: dict[str, Reader] = {}


def stand_with(name: str, reader: Reader) -> None:
    """Install how a room says what a user is there."""
    _readers[name] = reader


def forget() -> None:
    """Know nobody: an application starts with this."""
    _readers.clear()


def standing(user_id: int) -> Standing:
    """What a user is now, in all rooms together."""
    found = [read(user_id) for read in _readers.values()]
    scopes: dict[str, frozenset[str]] = defaultdict(frozenset)
    for one in found:
        for kind, values in one.scopes.items():
            scopes[kind] |= values
    return Standing(
        broker_id=next((one.broker_id for one in found if one.broker_id is not None), None),
        client_id=next((one.client_id for one in found if one.client_id is not None), None),
        roles=frozenset().union(*(one.roles for one in found)),
        scopes=dict(scopes),
        held=any(one.held for one in found),
    )
