"""Pages of brokers: the list, one broker, what is done to him."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts import queries as accounts
from hub.brokers import cards, licensing, moving, posts, queries, service, teams, words
from hub.brokers.forms import (
    Appointment,
    AppointmentForm,
    BrokerCard,
    BrokerForm,
    End,
    EndForm,
    Entry,
    EntryForm,
    Farewell,
    FarewellForm,
    Licence,
    LicenceForm,
    Mailbox,
    MailboxForm,
    Move,
    MoveForm,
    ReadingForm,
)
from hub.brokers.listing import listing
from hub.brokers.measures import every
from hub.brokers.models import Branch, Broker
from hub.brokers.team_forms import Aim, AimForm
from hub.kernel import access, clock, work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx
from hub.pages.forms import Answer, Filled, Form, answer, blank, parse

door = Door("brokers", __name__, url_prefix="/brokers", template_folder="templates")


@door.get("/", needs="brokers.read")
def index() -> str:
    """Brokers whom the visitor may see."""

    def link(row: Any) -> str:
        return url_for("brokers.show", broker_id=row.id)

    page = listing(link).page(queries.brokers(), request.args)
    return render_template("brokers/index.html", page=page)


@door.get("/new", needs="brokers.write")
def new() -> str:
    """The empty form."""
    return _form(blank({"joined_on": clock.firm_day(), "superior": access.current().broker_id}))


@door.post("/new", needs="brokers.write")
def create() -> ResponseReturnValue:
    """Take a broker in."""

    def act(entry: Entry) -> ResponseReturnValue:
        return htmx.go(_page(service.create(entry)))

    return answer(EntryForm, Answer(show=_form, act=act))


@door.get("/<int:broker_id>", needs="brokers.read")
def show(broker_id: int) -> str:
    """One broker, as of a day."""
    return _show(broker_id)


@door.get("/<int:broker_id>/edit", needs="brokers.write")
def edit(broker_id: int) -> str:
    """The form with what is written now."""
    row = queries.operable(broker_id, "brokers.write")
    names = ("no", "name", "title")
    values = {name: getattr(row, name) for name in names}
    branch = work.session().get_one(Branch, row.branch_id).name
    return _form(blank(values | {"branch": branch}), row)


@door.post("/<int:broker_id>/edit", needs="brokers.write")
def change(broker_id: int) -> ResponseReturnValue:
    """Change what is written."""
    row = queries.operable(broker_id, "brokers.write")

    def act(card: BrokerCard) -> ResponseReturnValue:
        service.change(broker_id, card)
        return htmx.go(_page(broker_id))

    return answer(BrokerForm, Answer(show=lambda filled: _form(filled, row), act=act))


@door.post("/<int:broker_id>/freeze", needs="brokers.write")
def freeze(broker_id: int) -> ResponseReturnValue:
    """Hold a broker's hands."""
    service.freeze(broker_id)
    flash(_("Frozen: he reads on, and changes nothing."), "success")
    return htmx.go(_page(broker_id))


@door.post("/<int:broker_id>/thaw", needs="brokers.write")
def thaw(broker_id: int) -> ResponseReturnValue:
    """Let a frozen broker work again."""
    service.thaw(broker_id)
    flash(_("He may work again."), "success")
    return htmx.go(_page(broker_id))


@door.post("/<int:broker_id>/place", needs="brokers.place")
def place(broker_id: int) -> ResponseReturnValue:
    """Move a broker, with all below him."""

    def act(move: Move) -> None:
        moving.place(broker_id, move)

    return _do(broker_id, MoveForm, "place", act)


@door.post("/<int:broker_id>/leave", needs="brokers.place")
def leave(broker_id: int) -> ResponseReturnValue:
    """A broker leaves."""

    def act(farewell: Farewell) -> None:
        service.leave(broker_id, farewell)

    return _do(broker_id, FarewellForm, "leave", act)


@door.post("/<int:broker_id>/succeed", needs="brokers.office")
def succeed(broker_id: int) -> ResponseReturnValue:
    """A broker takes the root's place."""

    def act(since: End) -> None:
        moving.succeed(broker_id, since.valid_to)

    return _do(broker_id, EndForm, "succeed", act)


@door.post("/<int:broker_id>/user", needs="brokers.office")
def link(broker_id: int) -> ResponseReturnValue:
    """Say which user a broker is, by his mailbox; empty: he signs in no more."""

    def act(wish: Mailbox) -> None:
        user_id = accounts.by_mailbox(wish.email) if wish.email else None
        if wish.email and user_id is None:
            raise Invalid({"email": _("nobody signs in with this mailbox")})
        service.link_user(broker_id, user_id)

    return _do(broker_id, MailboxForm, "link", act)


@door.post("/<int:broker_id>/posts", needs="brokers.appoint")
def appoint(broker_id: int) -> ResponseReturnValue:
    """Give a broker a post."""

    def act(wish: Appointment) -> None:
        posts.appoint(broker_id, wish)

    return _do(broker_id, AppointmentForm, "appoint", act)


@door.post("/<int:broker_id>/posts/<int:post_id>/end", needs="brokers.appoint")
def end_post(broker_id: int, post_id: int) -> ResponseReturnValue:
    """End a post."""

    def act(end: End) -> None:
        posts.end(broker_id, post_id, end.valid_to)

    return _do(broker_id, EndForm, f"post-{post_id}", act)


@door.post("/<int:broker_id>/licences", needs="brokers.write")
def qualify(broker_id: int) -> ResponseReturnValue:
    """Note a qualification."""

    def act(licence: Licence) -> None:
        licensing.note(broker_id, licence)

    return _do(broker_id, LicenceForm, "qualify", act)


@door.post("/<int:broker_id>/licences/<int:licence_id>/end", needs="brokers.write")
def end_licence(broker_id: int, licence_id: int) -> ResponseReturnValue:
    """A qualification holds no more."""

    def act(end: End) -> None:
        licensing.end(broker_id, licence_id, end.valid_to)

    return _do(broker_id, EndForm, f"licence-{licence_id}", act)


@door.post("/<int:broker_id>/target", needs="teams.write")
def aim(broker_id: int) -> ResponseReturnValue:
    """Set what a direct report shall reach."""

    def act(wish: Aim) -> None:
        teams.aim_broker(broker_id, wish)

    return _do(broker_id, AimForm, "aim", act)


def _page(broker_id: int) -> str:
    return url_for("brokers.show", broker_id=broker_id)


def _do(broker_id: int, form: type[Form], name: str, act: Any) -> ResponseReturnValue:
    """Act on a form of the broker's page, and show the page; what is wrong stands at its form."""

    def acted(wish: Any) -> ResponseReturnValue:
        act(wish)
        return htmx.go(_page(broker_id))

    return answer(form, Answer(show=lambda filled: _show(broker_id, {name: filled}), act=acted))


def _show(broker_id: int, forms: dict[str, Filled] | None = None) -> str:
    reading = parse(ReadingForm, request.args)
    actor, today = access.current(), clock.firm_day()
    fresh = blank({"valid_from": today, "valid_to": today, "left_on": today, "month": today})
    return render_template(
        "brokers/show.html",
        card=cards.card(broker_id, reading), reading=reading, today=today, words=words,
        forms=forms or {}, fresh=fresh, measures=[(one.name, one.title) for one in every()],
        team_of=cards.team_of(broker_id),
        may={verb: access.may(actor, verb, broker_id, queries.KIND) for verb in VERBS},
        near=_leaders(), teams=cards.team_choices(),
    )  # fmt: skip


VERBS = ("brokers.write", "brokers.place", "brokers.appoint", "brokers.office", "teams.write")


def _form(filled: Filled, broker: Broker | None = None) -> str:
    return render_template(
        "brokers/form.html", form=filled, broker=broker, branches=queries.branches(),
        near=_leaders() if broker is None else [],
    )  # fmt: skip


def _leaders() -> list[tuple[int, str]]:
    """Whom a broker may be taken in under: the visitor, and those he operates on."""
    own = access.current().broker_id
    mine = [] if own is None else [queries.name_of(own)]
    return [
        (one.id, f"{one.no} {one.name} ({one.branch})")
        for one in (*mine, *queries.within_reach("brokers.write"))
    ]
