"""Facts that this room tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAssigned(Event):
    """From a day on another broker serves a client."""

    name: ClassVar[str] = "relationship.assigned"
    client_id: int
    broker_id: int
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsMoved(Event):
    """A transfer is done: its clients are served by the receiver from a day on."""

    name: ClassVar[str] = "relationship.moved"
    transfer_id: int
    giver_id: int
    receiver_id: int
    valid_from: date
    people: int
