"""A client's own data, for his programs; what is sensitive asks for codes, so for a person."""

from __future__ import annotations

from typing import Any

from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.portal import details
from hub.portal.forms import OwnDetailsForm

door = ApiDoor("details_api", __name__, path="/own/details", about="What is written about you.")


class OwnContactOut(out.Out):
    """A way to reach you, masked."""

    id = out.whole()
    kind = out.text()
    label = out.text()
    is_primary = out.yes()
    shown = out.text()


class OwnChangeOut(out.Out):
    """What a field said until a day."""

    field = out.text()
    value = out.text(null=True)
    until = out.text()


class OwnDetailsOut(out.Out):
    """What is written about you, and what it was before."""

    profile = out.table()
    contacts = out.many(OwnContactOut)
    changes = out.many(OwnChangeOut)


@door.get("", needs="own", gives=OwnDetailsOut)
def show() -> details.Own:
    """What is written about you."""
    return details.mine()


@door.put("", needs="own", takes=OwnDetailsForm)
def change(wish: dict[str, Any]) -> None:
    """Change what is not sensitive."""
    details.change(wish)
