"""The list of clients whom a broker serves on a day."""

from __future__ import annotations

from dataclasses import replace

from hub.clients.listing import listing as clients
from hub.pages import readings
from hub.pages.lists import Listing


def listing() -> Listing:
    """The list of clients, asked for a day as well."""
    every = clients()
    return replace(every, filters=(*readings.filters(), *every.filters))
