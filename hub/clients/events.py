"""Facts that this room tells the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from hub.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCreated(Event):
    """A client was taken in by hand."""

    name: ClassVar[str] = "clients.created"
    client_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRemoved(Event):
    """A client can no longer be reached at an address."""

    name: ClassVar[str] = "clients.contact_removed"
    client_id: int
    address_id: int
