"""Pages of agreements: the list, one with its versions, what is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.brokers import queries as brokers
from hub.brokers.rules import BrokerKind
from hub.kernel import access, clock, files, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse, refused
from hub.pages.readings import DatedForm, Reading
from hub.relationship.agreements import picture, queries, service, versions, words
from hub.relationship.agreements.forms import (
    AgreementEndForm,
    AgreementForm,
    AgreementVersionForm,
    AgreementWish,
    EndWish,
    VersionWish,
)
from hub.relationship.agreements.listing import listing, rows
from hub.relationship.agreements.rules import Side
from hub.relationship.agreements.versions import VersionLine

door = Door("agreements", __name__, url_prefix="/agreements", template_folder="../templates")


@door.get("/", needs="agreements.read")
def index() -> str:
    """Agreements that the visitor may see; of a day, those in force on it."""

    def link(row: Any) -> str:
        return _page_of(row.id)

    reading: Reading = parse(DatedForm, request.args)
    page = listing(link, reading).page(rows(reading), request.args)
    return render_template("relationship/agreements.html", page=page)


@door.get("/export", needs="clients.export")
def export() -> Response:
    """The list as CSV; of a day, the file says so."""
    reading: Reading = parse(DatedForm, request.args)
    return exports.csv_file(listing(reading=reading), rows(reading), request.args)


@door.get("/clients/<int:client_id>/new", needs="agreements.write")
def new_with_client(client_id: int) -> str:
    """The empty form of a client's agreement."""
    return _new(Side.CLIENT, client_id)


@door.post("/clients/<int:client_id>/new", needs="agreements.write")
def conclude_with_client(client_id: int) -> ResponseReturnValue:
    """Write a client's agreement down."""
    return _conclude(Side.CLIENT, client_id)


@door.get("/brokers/<int:broker_id>/new", needs="agreements.write")
def new_with_broker(broker_id: int) -> str:
    """The empty form of a broker's agreement."""
    return _new(Side.BROKER, broker_id)


@door.post("/brokers/<int:broker_id>/new", needs="agreements.write")
def conclude_with_broker(broker_id: int) -> ResponseReturnValue:
    """Write a broker's agreement down."""
    return _conclude(Side.BROKER, broker_id)


@door.get("/<int:agreement_id>", needs="agreements.read")
def show(agreement_id: int) -> str:
    """One agreement, on a day, as known at a moment."""
    return _show(agreement_id)


@door.post("/<int:agreement_id>/versions", needs="agreements.write")
def sign(agreement_id: int) -> ResponseReturnValue:
    """A new version holds from a day on."""

    def act(wish: VersionWish) -> None:
        service.sign(agreement_id, wish)
        flash(_("Written down. Add the signed file."), "success")

    return _do(agreement_id, AgreementVersionForm, "sign", act)


@door.post("/<int:agreement_id>/versions/<int:number>", needs="agreements.write")
def correct(agreement_id: int, number: int) -> ResponseReturnValue:
    """A version was written down wrongly."""

    def act(wish: VersionWish) -> None:
        service.correct(agreement_id, number, wish)
        flash(_("Corrected. What was known before can still be read."), "success")

    return _do(agreement_id, AgreementVersionForm, f"correct-{number}", act)


@door.post("/<int:agreement_id>/versions/<int:number>/file", needs="agreements.write", reads=True)
def keep_file(agreement_id: int, number: int) -> ResponseReturnValue:
    """Keep the signed file of a version: received first, then written in a unit of its own."""
    file, reason = request.files.get("file"), request.form.get("reason", "").strip()[:200]
    try:
        queries.operable(agreement_id)
        if file is None or not file.filename:
            raise Invalid({"file": _("Choose a file.")})
        brought = files.bring(service.OWNER, agreement_id, file.filename, file.stream)
        work.apart(lambda: service.keep_file(agreement_id, number, brought, reason))
    except Invalid as error:
        filled = Filled({"reason": reason}, error.fields, place=f"file-{number}")
        return refused(_show(agreement_id, filled))
    flash(_("The signed file is kept; it can be read once it is checked."), "success")
    return htmx.go(_page_of(agreement_id))


@door.post("/<int:agreement_id>/end", needs="agreements.write")
def end(agreement_id: int) -> ResponseReturnValue:
    """An agreement ends before its time."""

    def act(wish: EndWish) -> None:
        service.end(agreement_id, wish)

    return _do(agreement_id, AgreementEndForm, "end", act)


def panel_of_client(actor: Actor, client_id: int | None) -> str:
    """A client's agreements on his page."""
    return "" if client_id is None else _panel(actor, Side.CLIENT, client_id, Reading())


def panel_of_broker(actor: Actor, broker_id: int | None) -> str:
    """A broker's agreements on his page."""
    if broker_id is None or brokers.one(broker_id).kind == BrokerKind.DESK:
        return ""
    return _panel(actor, Side.BROKER, broker_id, parse(DatedForm, request.args))


def own_panel(actor: Actor, client_id: int | None) -> str:
    """What a client and the firm agreed to, on the client's own home."""
    del actor
    if client_id is None:
        return ""
    version = versions.in_force(Side.CLIENT, client_id, Reading().as_of)
    lines = queries.of_subject(Side.CLIENT, client_id)
    if not lines:
        return ""
    return render_template(
        "relationship/agreement_own.html", lines=lines, words=words, version=version
    )


def _panel(actor: Actor, side: Side, subject_id: int, reading: Reading) -> str:
    as_of = reading.as_of
    return render_template(
        "relationship/agreement_panel.html", lines=queries.of_subject(side, subject_id, as_of),
        words=words, version=versions.in_force(side, subject_id, as_of), day=as_of.day,
        is_today=as_of == Reading().as_of,
        new=_form_of(side, subject_id)
        if access.may(actor, queries.WRITE, subject_id, side) else None,
    )  # fmt: skip


def _page_of(agreement_id: int) -> str:
    return url_for("agreements.show", agreement_id=agreement_id)


def _do(agreement_id: int, form: Any, place: str, act: Any) -> ResponseReturnValue:
    """Act on a form of the page; what is wrong is shown at its form."""

    def acted(wish: Any) -> ResponseReturnValue:
        act(wish)
        return htmx.go(_page_of(agreement_id))

    def shown(filled: Filled) -> str:
        return _show(agreement_id, Filled(filled.values, filled.errors, place))

    return answer(form, Answer(show=shown, act=acted))


def _show(agreement_id: int, form: Filled | None = None) -> str:
    row = queries.one(agreement_id)
    reading: Reading = parse(DatedForm, request.args)
    as_of, (side, subject_id) = reading.as_of, queries.side_of(row)
    lines = versions.of_agreement(agreement_id, as_of.known_at)
    return render_template(
        "relationship/agreement.html",
        row=row, line=queries.line_of(agreement_id), words=words, side=side,
        subject=queries.subject_name(side, subject_id), subject_page=_subject(side, subject_id),
        lines=lines, counts=next((line for line in lines if line.is_on(as_of.day)), None),
        reading=reading, as_of=as_of, picture=picture.drawn(lines, as_of.day),
        earlier=versions.superseded(agreement_id), may_write=queries.may_write(row),
        form=form or blank(), forms=_untouched(lines),
    )  # fmt: skip


def _untouched(lines: Sequence[VersionLine]) -> dict[str, Filled]:
    """The forms of the page as they are before anybody typed."""
    today = clock.firm_day()
    made = {"end": {"last_day": today}, "sign": {"valid_from": today}}
    for line in lines:
        last_day = line.valid_to - timedelta(days=1) if line.valid_to else None
        said = {name: getattr(line, name) for name in ("plan", "parameters", "terms")}
        said |= {"last_day": last_day}
        made |= {f"correct-{line.number}": said | {"valid_from": line.valid_from}}
        made |= {f"file-{line.number}": {}, "sign": said | {"valid_from": today}}
    return {place: blank(values, place=place) for place, values in made.items()}


def _subject(side: Side, subject_id: int) -> str:
    """The page of whom an agreement is with."""
    if side == Side.CLIENT:
        return url_for("clients.show", client_id=subject_id)
    return url_for("brokers.show", broker_id=subject_id)


def _form_of(side: Side, subject_id: int) -> str:
    """Where an agreement with somebody is written down."""
    if side == Side.CLIENT:
        return url_for("agreements.new_with_client", client_id=subject_id)
    return url_for("agreements.new_with_broker", broker_id=subject_id)


def _new(side: Side, subject_id: int, filled: Filled | None = None) -> str:
    service.concludable(side, subject_id)
    fresh = blank({"valid_from": clock.firm_day()})
    return render_template(
        "relationship/agreement_form.html", form=filled or fresh, side=side,
        subject=queries.subject_name(side, subject_id),
        back=_subject(side, subject_id),
    )  # fmt: skip


def _conclude(side: Side, subject_id: int) -> ResponseReturnValue:
    def act(wish: AgreementWish) -> ResponseReturnValue:
        agreement_id = service.conclude(side, subject_id, wish)
        flash(_("Written down. Add the signed file."), "success")
        return htmx.go(_page_of(agreement_id))

    return answer(AgreementForm, Answer(show=lambda f: _new(side, subject_id, f), act=act))
