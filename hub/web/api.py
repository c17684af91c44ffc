"""The search of all rooms, for programs."""

from __future__ import annotations

from typing import Any

from hub.kernel import access, search
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.fields import Text
from hub.pages.forms import Form

door = ApiDoor("search_api", __name__, path="/search", about="What words find in all rooms.")


class WordsAskedForm(Form):
    """The words to look for."""

    q = Text(most=100, required=True)


class HitOut(out.Out):
    """A row that was found; `kind` names the room it stands in."""

    kind = out.text()
    id = out.whole()
    label = out.text()
    hint = out.text()


class HitsOut(out.Out):
    """What was found, best first in each kind."""

    items = out.many(HitOut)


@door.get("", needs="own", asks=WordsAskedForm, gives=HitsOut)
def find(wish: dict[str, str]) -> dict[str, Any]:
    """What the words find of what you may see."""
    actor = access.current()
    items = [
        {"kind": name, "id": hit.id, "label": hit.label, "hint": hit.hint}
        for name, kind in search.kinds().items()
        if actor.holds(kind.needs)
        for hit in search.find(name, wish["q"])
    ]
    return {"items": items}
