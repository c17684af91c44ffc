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
