"""Pages of saved segments: the list, the builder, the live count."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.clients import builder, queries, segments
from hub.clients.builder import Draft
from hub.clients.frozen.forms import ReadingForm
from hub.clients.models import Segment
from hub.clients.segment_listing import listing
from hub.clients.tags import queries as tags
from hub.clients.words import op_names
from hub.kernel import access, work
from hub.kernel.doors import Door
from hub.kernel.errors import Conflict, Invalid
from hub.pages import exports, htmx
from hub.pages.forms import parse

door = Door("segments", __name__, url_prefix="/segments", template_folder="templates")


@door.get("/", needs="segments.read")
def index() -> str:
    """Own and shared segments."""
    page = listing().page(queries.segments(), request.args)
    return render_template("clients/segments.html", page=page)


@door.get("/export", needs="segments.read")
def export() -> Response:
    """The list as CSV."""
    return exports.csv_file(listing(), queries.segments(), request.args)


@door.get("/new", needs="segments.write")
def new() -> str:
    """An empty builder."""
    return _page(builder.empty())


@door.post("/new", needs="segments.write")
def create() -> ResponseReturnValue:
    """Save a segment."""
    draft = builder.read(request.form)
    try:
        segments.create(request.form.get("name", ""), draft.rule(), shared="shared" in request.form)
    except (Invalid, Conflict) as error:
        return _again(draft, error)
    flash(_("The segment is saved."), "success")
    return htmx.go(url_for("segments.index"))


@door.get("/<int:segment_id>", needs="segments.read")
def edit(segment_id: int) -> str:
    """A segment in the builder."""
    segment = queries.segment(segment_id)
    return _page(builder.write(segment.rule), segment)


@door.post("/<int:segment_id>", needs="segments.write")
def change(segment_id: int) -> ResponseReturnValue:
    """Save changes to a segment."""
    segment, draft = queries.segment(segment_id), builder.read(request.form)
    try:
        segments.edit(
            segment_id, request.form.get("name", ""), draft.rule(),
            shared="shared" in request.form,
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _again(draft, error, segment)
    flash(_("The segment is saved."), "success")
    return htmx.go(url_for("segments.index"))


@door.post("/<int:segment_id>/remove", needs="segments.write")
def remove(segment_id: int) -> ResponseReturnValue:
    """Take a segment away."""
    segments.remove(segment_id)
    return htmx.go(url_for("segments.index"))


@door.post("/builder", needs="segments.read", reads=True)
def redraw() -> str:
    """The builder after a button or another field; the whole page without scripts."""
    draft = builder.read(request.form).edited(request.form.get("action", ""))
    if htmx.is_fragment():
        return render_template("clients/builder.html", **_builder(draft))
    number = request.form.get("segment", "")
    return _page(draft, queries.segment(int(number)) if number.isdecimal() else None)


@door.post("/count", needs="segments.read", reads=True)
def count() -> str:
    """How many the rule in the form means now, and the first of them."""
    try:
        rule, as_of = builder.read(request.form).filled().rule(), parse(ReadingForm, request.form)
        preview = segments.preview(rule, as_of)
    except Invalid as error:
        return render_template("clients/count.html", faults=list(error.fields.values()))
    return render_template("clients/count.html", preview=preview)


def _again(
    draft: Draft, error: Invalid | Conflict, segment: Segment | None = None
) -> ResponseReturnValue:
    work.fail()
    faults = error.fields if isinstance(error, Invalid) else {"name": error.detail}
    return make_response(_page(draft, segment, faults), error.status)


def _page(draft: Draft, segment: Segment | None = None, faults: Any = None) -> str:
    actor = access.current()
    return render_template(
        "clients/segment.html",
        segment=segment,
        name=request.form.get("name", segment.name if segment else ""),
        shared="shared" in request.form if request.form else bool(segment and segment.shared),
        faults=faults or {},
        may_write=actor.holds("segments.write")
        and (segment is None or segment.owner_id == actor.user_id),
        title=segment.name if segment else _("New segment"),
        **_builder(draft),
    )


def _builder(draft: Draft) -> dict[str, Any]:
    used = {line.field for group in draft.groups for line in group.lines}
    lists = {"tag": tags.offered()} if "tag" in used else {}
    known = {name: url_for("clients.known", name=name) for name in queries.KNOWN if name in used}
    return {
        "draft": draft,
        "fields": builder.choices(),
        "ops": op_names(),
        "lists": lists,
        "known": known,
    }
