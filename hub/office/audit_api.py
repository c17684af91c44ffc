"""The audit log for programs."""

from __future__ import annotations

from typing import Any

from hub.office import listings, queries, rules, words
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.lists import Listing

door = ApiDoor("audit_api", __name__, path="/audit", about="Who did what to what.")

NAMES = ("id", "at", "actor_id", "actor", "verb", "subject", "subject_id", "place", "hash")


class LoggedOut(out.Out):
    """One line of the log, its words named in the caller's language; `link` is in the chain."""

    id = out.whole()
    at = out.moment()
    actor_id = out.whole(null=True)
    actor = out.text()
    who = out.text(null=True)
    verb = out.text()
    verb_name = out.text()
    subject = out.text()
    subject_name = out.text()
    subject_id = out.whole(null=True)
    detail = out.table()
    place = out.text()
    hash = out.text()
    link = out.text(null=True)


def _listing() -> Listing:
    return listings.audit


@door.get("", needs="audit.read", listing=_listing)
def index() -> Any:
    """The log."""
    return listings.audit, queries.logged()


@door.get("/export", needs="audit.read", listing=_listing, exports=True)
def export() -> Any:
    """All of the list at once."""
    return listings.audit, queries.logged()


@door.get("/<int:row_id>", needs="audit.read", gives=LoggedOut)
def show(row_id: int) -> dict[str, Any]:
    """One line of it."""
    found = queries.logged_one(row_id)
    told = {name: getattr(found.row, name) for name in NAMES}
    return told | {
        "who": found.who, "link": found.link, "detail": rules.masked(found.row.detail),
        "verb_name": words.act(found.row.verb), "subject_name": words.subject(found.row.subject),
    }  # fmt: skip
