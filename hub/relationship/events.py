"""Facts that this room tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsMoved(Event):
    """By one act other brokers serve these clients; `changes.moved` says whom, and from when."""

    name: ClassVar[str] = "relationship.moved"
    change_id: int
    kind: str
    people: int
