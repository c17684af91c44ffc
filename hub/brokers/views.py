"""Pages of brokers: the list, one broker, what is done to him."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts import queries as accounts
from hub.brokers import moving, queries, service
from hub.brokers.forms import (
    BrokerChange,
    BrokerChangeForm,
    End,
    Entry,
    EntryForm,
    Farewell,
    FarewellForm,
    Mailbox,
    MailboxForm,
    Move,
    MoveForm,
    UntilForm,
)
from hub.brokers.listing import listing, rows
from hub.brokers.models import Broker
from hub.brokers.page import do, near, page_of, show_page
from hub.kernel import access, clock
from hub.kernel.dated import AsOf
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse
from hub.pages.readings import DatedForm, Reading

door = Door("brokers", __name__, url_prefix="/brokers", template_folder="templates")


@door.get("/", needs="brokers.read")
def index() -> str:
    """Brokers whom the visitor may see; of a day, those who worked here on it."""
    reading: Reading = parse(DatedForm, request.args)
    then: dict[str, Any] = {"day": reading.day, "known_at": reading.known_at}

    def link(row: Any) -> str:
        return url_for("brokers.show", broker_id=row.id, **then)

    page = listing(link, reading).page(rows(reading), request.args)
    return render_template("brokers/index.html", page=page)


@door.get("/export", needs="brokers.read")
def export() -> Response:
    """The list as CSV; of a day, the file says so."""
    reading: Reading = parse(DatedForm, request.args)
    return exports.csv_file(listing(reading=reading), rows(reading), request.args)


@door.get("/new", needs="brokers.write")
def new() -> str:
    """The empty form."""
    own = access.current().broker_id
    no = "" if own is None else queries.name_of(own).no
    return _form(blank({"joined_on": clock.firm_day(), "superior_no": no}))


@door.post("/new", needs="brokers.write")
def create() -> ResponseReturnValue:
    """Take a broker in."""

    def act(entry: Entry) -> ResponseReturnValue:
        return htmx.go(page_of(service.create(entry)))

    return answer(EntryForm, Answer(show=_form, act=act))


@door.get("/<int:broker_id>", needs="brokers.read")
def show(broker_id: int) -> str:
    """One broker, as of a day."""
    return show_page(broker_id)


@door.get("/<int:broker_id>/panels/<name>", needs="brokers.read")
def panel_of(broker_id: int, name: str) -> str:
    """One panel of a broker's page, when it comes into sight; nothing for one that stays away."""
    row = queries.one(broker_id)
    html = render_template("brokers/panel.html", broker_id=broker_id, name=name)
    fragment = htmx.is_fragment()
    return html if fragment else render_template("brokers/part.html", broker=row, html=html)


@door.get("/<int:broker_id>/edit", needs="brokers.write")
def edit(broker_id: int) -> str:
    """The form with what is written now."""
    row = queries.operable(broker_id, "brokers.write")
    branch, title = queries.station_of(row, AsOf())
    day = max(clock.firm_day(), row.joined_on)
    values = {"no": row.no, "name": row.name, "branch": branch, "title": title, "valid_from": day}
    return _form(blank(values), row)


@door.post("/<int:broker_id>/edit", needs="brokers.write")
def change(broker_id: int) -> ResponseReturnValue:
    """Change what is written."""
    row = queries.operable(broker_id, "brokers.write")

    def act(card: BrokerChange) -> ResponseReturnValue:
        service.change(broker_id, card)
        return htmx.go(page_of(broker_id))

    return answer(BrokerChangeForm, Answer(show=lambda filled: _form(filled, row), act=act))


@door.post("/<int:broker_id>/freeze", needs="brokers.write")
def freeze(broker_id: int) -> ResponseReturnValue:
    """Hold a broker's hands."""
    service.freeze(broker_id)
    flash(_("Frozen: he reads on, and changes nothing."), "success")
    return htmx.go(page_of(broker_id))


@door.post("/<int:broker_id>/thaw", needs="brokers.write")
def thaw(broker_id: int) -> ResponseReturnValue:
    """Let a frozen broker work again."""
    service.thaw(broker_id)
    flash(_("He may work again."), "success")
    return htmx.go(page_of(broker_id))


@door.post("/<int:broker_id>/place", needs="brokers.place")
def place(broker_id: int) -> ResponseReturnValue:
    """Move a broker, with all below him."""

    def act(move: Move) -> None:
        moving.place(broker_id, move)

    return do(broker_id, MoveForm, "place", act)


@door.post("/<int:broker_id>/leave", needs="brokers.place")
def leave(broker_id: int) -> ResponseReturnValue:
    """A broker leaves."""

    def act(farewell: Farewell) -> None:
        service.leave(broker_id, farewell)

    return do(broker_id, FarewellForm, "leave", act)


@door.post("/<int:broker_id>/succeed", needs="brokers.office")
def succeed(broker_id: int) -> ResponseReturnValue:
    """A broker takes the root's place."""

    def act(since: End) -> None:
        moving.succeed(broker_id, since.valid_to)

    return do(broker_id, UntilForm, "succeed", act)


@door.post("/<int:broker_id>/user", needs="brokers.office")
def link(broker_id: int) -> ResponseReturnValue:
    """Say which user a broker is, by his mailbox; empty: he signs in no more."""

    def act(wish: Mailbox) -> None:
        user_id = accounts.by_mailbox(wish.email) if wish.email else None
        if wish.email and user_id is None:
            raise Invalid({"email": _("nobody signs in with this mailbox")})
        service.link_user(broker_id, user_id)

    return do(broker_id, MailboxForm, "link", act)


def _form(filled: Filled, broker: Broker | None = None) -> str:
    return render_template(
        "brokers/form.html", form=filled, broker=broker, branches=queries.branches(),
        near=near() if broker is None else [],
    )  # fmt: skip
