"""Who is in a segment, and what was frozen, for programs."""

from __future__ import annotations

from typing import Any

from hub.clients import queries, segments
from hub.clients.frozen import queries as frozen
from hub.clients.frozen import service
from hub.clients.frozen.forms import FreezeForm, FreezeWish, ReadingForm
from hub.clients.frozen.listing import listing
from hub.clients.frozen.models import Frozen
from hub.clients.listing import listing as client_listing
from hub.kernel.dated import AsOf
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("frozen_api", __name__, path="/segments", about="Who is in a segment, on any day.")


class FrozenOut(out.Out):
    """What was frozen."""

    id = out.whole()
    name = out.text()
    rule = out.table()
    on_day = out.day()
    known_at = out.moment(null=True)
    size = out.whole()
    shared = out.yes()
    owner_id = out.whole()
    taken_at = out.moment()
    put_away_at = out.moment(null=True)


@door.get(
    "/<int:segment_id>/members", needs="segments.read", asks=ReadingForm, listing=client_listing
)
def members(as_of: AsOf | None, segment_id: int) -> Any:
    """Who is in a segment, now or as of a day, of those whom the caller may see."""
    return client_listing(), segments.clients(queries.segment(segment_id).rule, as_of)


@door.get(
    "/<int:segment_id>/members/export", needs="clients.export", asks=ReadingForm,
    listing=client_listing, exports=True,
)  # fmt: skip
def export_members(as_of: AsOf | None, segment_id: int) -> Any:
    """The same, all of it."""
    return client_listing(), segments.clients(queries.segment(segment_id).rule, as_of)


@door.post(
    "/<int:segment_id>/freeze", needs="segments.write", takes=FreezeForm, gives=out.Made, status=201
)
def freeze(wish: FreezeWish, segment_id: int) -> dict[str, int]:
    """Keep who is in it."""
    return {"id": service.freeze(queries.segment(segment_id).rule, wish)}


@door.get("/frozen", needs="segments.read", listing=listing)
def index() -> Any:
    """What was frozen, own and shared."""
    return listing(), frozen.usable()


@door.get("/frozen/export", needs="segments.read", listing=listing, exports=True)
def export_lists() -> Any:
    """What was frozen, all of it."""
    return listing(), frozen.usable()


@door.get("/frozen/<int:frozen_id>", needs="segments.read", gives=FrozenOut)
def show(frozen_id: int) -> Frozen:
    """One of them."""
    return frozen.one(frozen_id)


@door.get("/frozen/<int:frozen_id>/members", needs="segments.read", listing=client_listing)
def inside(frozen_id: int) -> Any:
    """Who is in it, of those whom the caller may see."""
    frozen.one(frozen_id)
    return client_listing(), frozen.clients(frozen_id)


@door.get(
    "/frozen/<int:frozen_id>/members/export", needs="clients.export", listing=client_listing,
    exports=True,
)  # fmt: skip
def export(frozen_id: int) -> Any:
    """The same, all of it."""
    frozen.one(frozen_id)
    return client_listing(), frozen.clients(frozen_id)


@door.post("/frozen/<int:frozen_id>/put-away", needs="segments.write")
def put_away(frozen_id: int) -> None:
    """Offer it no more; rules that ask for it go on."""
    service.put_away(frozen_id)


@door.post("/frozen/<int:frozen_id>/take-out", needs="segments.write")
def take_out(frozen_id: int) -> None:
    """Offer it again."""
    service.take_out(frozen_id)
