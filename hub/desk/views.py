"""Things to do: the list, one item, the bell."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.desk import listings, queries, words
from hub.desk.forms import Ended, EndForm
from hub.kernel import calendars, clock, workitems
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.kernel.workitems import ItemState, WorkItem
from hub.kernel.worktime import explain
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank

door = Door("desk", __name__, url_prefix="/desk", template_folder="templates")


@door.get("/", needs="own")
def index() -> str:
    """What the visitor has to do, and may take from a pool."""
    page = listings.to_do().page(workitems.visible(), request.args)
    return render_template("desk/index.html", page=page)


@door.get("/export", needs="own")
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listings.to_do(), workitems.visible(), request.args)


@door.get("/items/<int:item_id>", needs="own")
def show(item_id: int) -> str:
    """One thing to do: why, until when, and what came of it."""
    return _page(queries.item(item_id), blank())


@door.post("/items/<int:item_id>/take", needs="own")
def take(item_id: int) -> ResponseReturnValue:
    """Take it out of its pool."""
    workitems.take(item_id)
    return htmx.go(url_for("desk.show", item_id=item_id))


@door.post("/items/<int:item_id>/end", needs="own")
def end(item_id: int) -> ResponseReturnValue:
    """Say what came of it."""

    def act(ended: Ended) -> ResponseReturnValue:
        workitems.end(item_id, ended.outcome, ended.note)
        return htmx.go(url_for("desk.index"))

    return answer(EndForm, Answer(lambda filled: _page(queries.item(item_id), filled), act))


@door.get("/bell", needs="own")
def bell() -> str:
    """How much waits for the visitor: a fragment for the head of every page."""
    count, late = workitems.waiting()
    return render_template("desk/bell.html", count=count + queries.to_release(), late=late)


def _page(item: WorkItem, form: Filled) -> str:
    kind = workitems.kinds().get(item.kind)
    if kind is None:
        raise NotFound
    why = ""
    if item.due_at is not None and item.calendar:
        calendar = calendars.get(item.calendar.partition(" ")[0])
        why = words.explained(explain(item.opened_at, item.due_at, calendar))
    return render_template(
        "desk/item.html", item=item, form=form, kind=kind, why=why,
        states=words.ITEM_STATES,
        outcomes=kind.outcomes, outcome=dict(kind.outcomes).get(item.outcome, item.outcome),
        is_open=item.state == ItemState.OPEN, owner=queries.name_of(item.owner_id),
        done_by=queries.name_of(item.done_by), now=clock.now(),
    )  # fmt: skip
