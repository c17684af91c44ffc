"""Things to do: the list, one item, the bell."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from hub.desk import queries, words
from hub.desk.forms import Ended, EndForm
from hub.kernel import calendars, clock, workitems
from hub.kernel.doors import Door
from hub.kernel.errors import NotFound
from hub.kernel.workitems import ItemState, WorkItem
from hub.kernel.worktime import explain
from hub.pages import exports, htmx
from hub.pages.filters import Filter
from hub.pages.forms import Answer, Filled, answer, blank
from hub.pages.lists import Column, Listing

door = Door("desk", __name__, url_prefix="/desk", template_folder="templates")


def listing() -> Listing:
    """The list of things to do."""
    return Listing(
        name="to-do",
        key=WorkItem.id,
        default_sort="due_at",
        columns=(
            Column(
                key="kind", label=_("What"), expr=WorkItem.kind,
                labels=words.item_kinds(),
                link=lambda row: url_for("desk.show", item_id=row.id),
            ),
            Column(key="label", label=_("About"), expr=WorkItem.label),
            Column(key="due_at", label=_("Due"), expr=WorkItem.due_at, kind="time", sortable=True),
            Column(
                key="state", label=_("State"), expr=WorkItem.state, kind="badge",
                labels=words.ITEM_STATES, tones=words.ITEM_TONES,
            ),
            Column(
                key="opened_at", label=_("Since"), expr=WorkItem.opened_at, kind="time",
                sortable=True, minor=True,
            ),
        ),
        filters=(
            Filter(key="q", label=_("About"), exprs=(WorkItem.label,)),
            Filter(
                key="state", label=_("State"), kind="choice", exprs=(WorkItem.state,),
                choices=tuple(words.ITEM_STATES.items()),
            ),
            Filter(
                key="kind", label=_("What"), kind="choice", exprs=(WorkItem.kind,),
                choices=lambda: tuple(words.item_kinds().items()),
            ),
            Filter(key="due", label=_("Due"), kind="date", exprs=(WorkItem.due_at,)),
        ),
    )  # fmt: skip


@door.get("/", needs="own")
def index() -> str:
    """What the visitor has to do, and may take from a pool."""
    page = listing().page(workitems.visible(), request.args)
    return render_template("desk/index.html", page=page)


@door.get("/export", needs="own")
def export() -> ResponseReturnValue:
    """The list as CSV."""
    return exports.csv_file(listing(), workitems.visible(), request.args)


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
