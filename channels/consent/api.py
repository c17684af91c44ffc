"""The consent ledger, for programs."""

from __future__ import annotations

from typing import Any

from channels.consent import queries
from channels.consent.listings import ledger_list
from hub.kernel import access
from hub.pages.api.doors import ApiDoor
from hub.pages.lists import Listing

door = ApiDoor("consents_api", __name__, path="/consents", about="What was said about addresses.")


def _listing() -> Listing:
    return ledger_list


@door.get("", needs="consent.read", listing=_listing)
def index() -> Any:
    """The ledger of the clients you may see."""
    return ledger_list, queries.ledger(access.current())


@door.get("/export", needs="consent.export", listing=_listing, exports=True)
def export() -> Any:
    """All of it at once; that it was taken is logged."""
    return ledger_list, queries.ledger(access.current())
