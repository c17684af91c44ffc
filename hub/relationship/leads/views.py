"""Pages of leads: the pool, one lead with what is done there, the sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.accounts.models import User
from hub.brokers import queries as brokers
from hub.clients.duplicates.entry import LikelyKnown
from hub.kernel import access, clock, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank, refused
from hub.relationship.leads import queries, service, words
from hub.relationship.leads.forms import (
    ConversionForm,
    LeadBrokerForm,
    LeadForm,
    LeadSourceForm,
    LossForm,
    TalkForm,
)
from hub.relationship.leads.listing import listing
from hub.relationship.leads.rules import LIVE

door = Door("leads", __name__, url_prefix="/leads", template_folder="../templates")


@door.get("/", needs=queries.READ)
def index() -> str:
    """The leads that the visitor sees."""

    def link(row: Any) -> str:
        return url_for("leads.show", lead_id=row.id)

    page = listing(link).page(queries.visible(), request.args)
    return render_template("relationship/leads.html", page=page)


@door.get("/export", needs="clients.export")
def export() -> Response:
    """The list as CSV, with a watermark."""
    return exports.csv_file(listing(), queries.visible(), request.args)


@door.get("/new", needs=queries.WRITE)
def new() -> str:
    """The empty form."""
    return _form(blank({"consent_on": clock.firm_day().isoformat()}))


@door.post("/new", needs=queries.WRITE)
def create() -> ResponseReturnValue:
    """Write a lead down."""
    return _done(LeadForm, _form, service.enter)


@door.get("/<int:lead_id>", needs=queries.READ)
def show(lead_id: int) -> str:
    """One lead: what is known, what happened, what to do."""
    return _page(lead_id, blank())


@door.post("/<int:lead_id>/assign", needs=queries.ASSIGN)
def assign(lead_id: int) -> ResponseReturnValue:
    """Give it to a broker."""
    return _act(lead_id, LeadBrokerForm, lambda wish: service.assign(lead_id, wish["broker_no"]))


@door.post("/<int:lead_id>/talk", needs=queries.WRITE)
def talk(lead_id: int) -> ResponseReturnValue:
    """Note what was said."""
    return _act(lead_id, TalkForm, lambda wish: service.talk(lead_id, wish))


@door.post("/<int:lead_id>/lose", needs=queries.WRITE)
def lose(lead_id: int) -> ResponseReturnValue:
    """Nothing came of it."""
    return _act(lead_id, LossForm, lambda wish: service.lose(lead_id, wish))


@door.post("/<int:lead_id>/convert", needs=queries.WRITE)
def convert(lead_id: int) -> ResponseReturnValue:
    """It is a client now."""

    def act(wish: Any) -> ResponseReturnValue:
        client_id = service.convert(lead_id, wish)
        return htmx.go(url_for("clients.show", client_id=client_id))

    def page(filled: Filled) -> str:
        return _page(lead_id, filled)

    return _asked(ConversionForm, page, act)


@door.get("/sources", needs=queries.SOURCES)
def sources() -> str:
    """Where leads come from, and the form of a new source."""
    return _sources(blank())


@door.post("/sources", needs=queries.SOURCES)
def define() -> ResponseReturnValue:
    """Name a source."""

    def act(wish: Any) -> ResponseReturnValue:
        service.define(wish)
        return htmx.go(url_for("leads.sources"))

    return answer(LeadSourceForm, Answer(show=_sources, act=act))


@door.post("/sources/<int:source_id>/retire", needs=queries.SOURCES)
def retire(source_id: int) -> ResponseReturnValue:
    """Offer a source no more."""
    service.retire(source_id)
    return htmx.go(url_for("leads.sources"))


def panel(actor: Actor, client_id: int | None) -> str:
    """What was noted of a client before he was one; nothing where he was no lead."""
    del actor
    found = queries.of_client(client_id) if client_id is not None else []
    if not found:
        return ""
    steps = [step for lead in found for step in queries.steps(lead.id)]
    return render_template("relationship/lead_steps.html", steps=steps, words=words, names=_names)


def _act(lead_id: int, form: type[Form], act: Callable[[Any], object]) -> ResponseReturnValue:
    def done(wish: Any) -> ResponseReturnValue:
        act(wish)
        return htmx.go(url_for("leads.show", lead_id=lead_id))

    return answer(form, Answer(show=lambda filled: _page(lead_id, filled), act=done))


def _done(
    form: type[Form], show: Callable[[Filled], str], act: Callable[[Any], int]
) -> ResponseReturnValue:
    return _asked(form, show, lambda wish: htmx.go(url_for("leads.show", lead_id=act(wish))))


def _asked(
    form: type[Form], show: Callable[[Filled], str], act: Callable[[Any], ResponseReturnValue]
) -> ResponseReturnValue:
    """The same, asking once more about somebody who looks like a client."""
    try:
        return answer(form, Answer(show=show, act=act))
    except LikelyKnown as error:
        if request.is_json:
            raise
        return refused(show(Filled(request.form.to_dict(), {"knowingly": error.detail})))


def _form(filled: Filled) -> str:
    offered = [(one.id, queries.title_of(one)) for one in queries.sources()]
    return render_template(
        "relationship/lead_form.html", form=filled, sources=offered,
        consents=tuple(words.CONSENTS.items()),
    )  # fmt: skip


def _page(lead_id: int, form: Filled) -> str:
    lead = queries.one(lead_id)
    is_live = lead.state in LIVE
    may_assign = is_live and access.current().holds(queries.ASSIGN)
    return render_template(
        "relationship/lead.html", lead=lead, form=form, words=words, names=_names,
        steps=queries.steps(lead_id), worth=queries.explained(lead), is_live=is_live,
        broker=brokers.name_of(lead.broker_id) if lead.broker_id else None,
        works=is_live and queries.works_on(lead), may_assign=may_assign,
        reports=brokers.within_reach(queries.ASSIGN) if may_assign else (),
        reasons=tuple(words.REASONS.items()), shown=queries.shown(lead),
    )  # fmt: skip


def _sources(form: Filled) -> str:
    return render_template(
        "relationship/lead_sources.html", form=form, sources=queries.sources(retired=True),
        title=queries.title_of,
    )  # fmt: skip


def _names(user_id: int | None) -> str:
    """Who did a step."""
    user = work.session().get(User, user_id) if user_id else None
    return user.name if user else ""
