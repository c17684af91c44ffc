"""Pages of who is in a segment, on any day, and of what was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.clients import queries, segments
from hub.clients.frozen import queries as frozen
from hub.clients.frozen import service
from hub.clients.frozen.forms import FreezeForm, FreezeWish, ReadingForm
from hub.clients.frozen.listing import listing
from hub.clients.listing import listing as client_listing
from hub.clients.models import Segment
from hub.kernel import work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse
from hub.pages.lists import Listing, Page

door = Door("frozen", __name__, url_prefix="/segments", template_folder="../templates")


@door.get("/<int:segment_id>/members", needs="segments.read")
def members(segment_id: int) -> ResponseReturnValue:
    """Who is in a segment, now or as of a day."""
    segment = queries.segment(segment_id)
    try:
        return _members(segment, blank(), _page(segment, request.args))
    except Invalid as error:
        work.fail()
        form = Filled(request.args.to_dict(), error.fields)
        return make_response(_members(segment, form, _page(segment, {})), error.status)


@door.get("/<int:segment_id>/members/export", needs="clients.export")
def export_members(segment_id: int) -> Response:
    """The same as CSV, with a watermark."""
    rows = segments.clients(queries.segment(segment_id).rule, parse(ReadingForm, request.args))
    return exports.csv_file(_kept(request.args), rows, request.args)


@door.post("/<int:segment_id>/freeze", needs="segments.write")
def freeze(segment_id: int) -> ResponseReturnValue:
    """Keep who is in it."""
    segment = queries.segment(segment_id)

    def act(wish: FreezeWish) -> ResponseReturnValue:
        return htmx.go(url_for("frozen.show", frozen_id=service.freeze(segment.rule, wish)))

    def show_again(filled: Filled) -> str:
        return _members(segment, filled, _page(segment, {}))

    return answer(FreezeForm, Answer(show=show_again, act=act))


@door.get("/frozen", needs="segments.read")
def index() -> str:
    """What was frozen, own and shared."""
    page = listing().page(frozen.usable(), request.args)
    return render_template("clients/frozen_list.html", page=page)


@door.get("/frozen/export", needs="segments.read")
def export_lists() -> Response:
    """The list as CSV."""
    return exports.csv_file(listing(), frozen.usable(), request.args)


@door.get("/frozen/<int:frozen_id>", needs="segments.read")
def show(frozen_id: int) -> str:
    """Who is in a frozen segment, of those whom the visitor may see."""
    row = frozen.one(frozen_id)
    page = client_listing().page(frozen.clients(frozen_id), request.args)
    return render_template("clients/frozen.html", frozen=row, page=page)


@door.get("/frozen/<int:frozen_id>/export", needs="clients.export")
def export(frozen_id: int) -> Response:
    """The same as CSV, with a watermark."""
    frozen.one(frozen_id)
    rows = frozen.clients(frozen_id)
    return exports.csv_file(client_listing(), rows, request.args)


@door.post("/frozen/<int:frozen_id>/put-away", needs="segments.write")
def put_away(frozen_id: int) -> ResponseReturnValue:
    """Offer it no more."""
    service.put_away(frozen_id)
    return htmx.go(url_for("frozen.show", frozen_id=frozen_id))


@door.post("/frozen/<int:frozen_id>/take-out", needs="segments.write")
def take_out(frozen_id: int) -> ResponseReturnValue:
    """Offer it again."""
    service.take_out(frozen_id)
    return htmx.go(url_for("frozen.show", frozen_id=frozen_id))


def _members(segment: Segment, form: Filled, page: Page) -> str:
    return render_template("clients/members.html", segment=segment, page=page, form=form)


def _page(segment: Segment, asked: Mapping[str, str]) -> Page:
    as_of = parse(ReadingForm, asked)
    return _kept(asked).page(segments.clients(segment.rule, as_of), asked)


def _kept(asked: Mapping[str, str]) -> Listing:
    """The list of clients, whose links keep the day."""
    kept = {name: asked[name] for name in ("on", "as_then") if asked.get(name)}
    return replace(client_listing(), kept=kept)
