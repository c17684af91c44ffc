"""Segments for programs: rules over clients, saved and counted."""

from __future__ import annotations

from typing import Any

from hub.clients import builder, queries, segments
from hub.clients.forms import SegmentForm, SegmentWish
from hub.clients.frozen.forms import CountingForm
from hub.clients.models import Segment
from hub.clients.segment_listing import listing
from hub.kernel.dated import AsOf
from hub.kernel.rules import OPS, Rule
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor
from hub.pages.api.operations import Guard

door = ApiDoor("segments_api", __name__, path="/segments", about="Saved rules over clients.")


class SegmentOut(out.Out):
    """A saved rule."""

    id = out.whole()
    name = out.text()
    rule = out.table()
    owner_id = out.whole()
    shared = out.yes()
    created_at = out.moment()
    changed_at = out.moment()


class FieldOut(out.Out):
    """What a rule may ask of a client, and how."""

    name = out.text()
    title = out.text()
    kind = out.text()
    ops = out.texts()
    choices = out.texts()


class FieldsOut(out.Out):
    """All that a rule may ask."""

    items = out.many(FieldOut)


class FirstOut(out.Out):
    """One of those whom a rule means."""

    id = out.whole()
    no = out.text()
    name = out.text()


class CountOut(out.Out):
    """How many a rule means now, and the first of them."""

    count = out.whole()
    first = out.many(FirstOut)


@door.get("", needs="segments.read", listing=listing)
def index() -> Any:
    """Own and shared segments."""
    return listing(), queries.segments()


@door.get("/export", needs="segments.read", listing=listing, exports=True)
def export() -> Any:
    """Own and shared segments, all of them."""
    return listing(), queries.segments()


@door.get("/fields", needs="segments.read", gives=FieldsOut)
def fields() -> dict[str, Any]:
    """What a rule may ask of a client."""
    items = [
        {
            "name": field.name, "title": str(field.title), "kind": field.kind,
            "ops": OPS[field.kind], "choices": [str(value) for value, _title in field.choices],
        }
        for field in builder.choices().values()
    ]  # fmt: skip
    return {"items": items}


@door.post("/count", needs="segments.read", reads=True, takes=CountingForm, gives=CountOut)
def count(wish: tuple[Rule, AsOf | None]) -> segments.Preview:
    """How many of those you may see the rule means, now or as of a day."""
    rule, as_of = wish
    return segments.preview(segments.check(rule), as_of)


@door.post("", needs="segments.write", takes=SegmentForm, gives=out.Made, status=201)
def create(wish: SegmentWish) -> dict[str, int]:
    """Save a segment."""
    return {"id": segments.create(wish.name, wish.rule, shared=wish.shared)}


@door.get("/<int:segment_id>", needs="segments.read", gives=SegmentOut)
def show(segment_id: int) -> Segment:
    """One segment."""
    return queries.segment(segment_id)


@door.put(
    "/<int:segment_id>", needs="segments.write", takes=SegmentForm, gives=SegmentOut,
    guard=Guard(view=show, gives=SegmentOut, model=Segment, key="segment_id"),
)  # fmt: skip
def change(wish: SegmentWish, segment_id: int) -> Segment:
    """Change a segment of your own."""
    segments.edit(segment_id, wish.name, wish.rule, shared=wish.shared)
    return queries.segment(segment_id)


@door.delete("/<int:segment_id>", needs="segments.write")
def remove(segment_id: int) -> None:
    """Take a segment of your own away."""
    segments.remove(segment_id)
