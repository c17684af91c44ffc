"""The client's pages: first time in, and home; and his access on the firm's side."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from hub.accounts import codes, identities, signing
from hub.accounts.models import User
from hub.accounts.rules import CODE_S, Locale, Purpose
from hub.clients import queries as clients
from hub.kernel import access, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import HubError, Invalid, NotFound
from hub.pages import htmx
from hub.pages.forms import Filled, blank
from hub.portal import activation, desk

door = Door("portal", __name__, url_prefix="/my", template_folder="templates")
activation_door = Door("activation", __name__, url_prefix="/activate")
desk_door = Door("portal_desk", __name__, url_prefix="/clients")

ASKED = "activating"


@door.get("/", needs="own")
def home() -> str:
    """The client's home: what the modules have for him."""
    actor = access.current()
    if "client" not in actor.roles:
        raise NotFound
    return render_template("portal/home.html", person=actor, client_id=actor.client_id)


@activation_door.get("/", needs="public")
def start() -> str:
    """Where to send the code."""
    return render_template("portal/start.html", form=blank())


@activation_door.post("/", needs="public", reads=True)
def send() -> ResponseReturnValue:
    """Have a code sent, if the contact is on file; the same answer if it is not."""
    contact = identities.read(request.form.get("contact", ""))
    if contact is None:
        signing.count("", asks=True)
        form = Filled(request.form.to_dict(), {"contact": identities.neither()})
        return make_response(render_template("portal/start.html", form=form), 422)
    signing.count(f"activation:{contact.value}", asks=True)
    locale = Locale(str(get_locale() or Locale.ZH))
    code_id = work.apart(lambda: activation.ask(contact, locale))
    session[ASKED] = {"code": code_id, "who": codes.subject_of(Purpose.ACTIVATION, contact)}
    return redirect(url_for("activation.prove"))


@activation_door.get("/prove", needs="public")
def prove() -> ResponseReturnValue:
    """Where code and digits are typed."""
    if ASKED not in session:
        return redirect(url_for("activation.start"))
    return _proof_page(blank(), 200)


def _proof_page(form: Filled, status: int) -> Response:
    page = render_template("portal/prove.html", form=form, minutes=CODE_S // 60)
    return make_response(page, status)


@activation_door.post("/prove", needs="public", reads=True)
def activate() -> ResponseReturnValue:
    """Prove both, and be in."""
    asked = session.get(ASKED)
    if not isinstance(asked, dict):
        return redirect(url_for("activation.start"))
    code_id, attempt = int(asked["code"]), signing.count(f"code:{asked['who']}")
    typed, four = request.form.get("code", "")[:20], request.form.get("four", "")[:20]
    work.apart(lambda: codes.count_try(code_id))
    try:
        user_id = work.apart(lambda: activation.activate(code_id, typed, four))
    except (Invalid, identities.IdentityTaken) as error:
        signing.note_failure(None, "activation", error.code)
        work.fail()
        return _proof_page(Filled({}, {"code": _told(error)}), 422)
    signing.forgive(attempt)
    session.pop(ASKED)
    work.catch_up()
    user = work.session().get_one(User, user_id)
    return signing.proceed(user, "activation", stays=False, to=url_for("portal.home"))


def _told(error: HubError) -> str:
    """One text for every wrong proof: neither what was wrong nor whether anybody is there."""
    taken = isinstance(error, identities.IdentityTaken)
    return error.detail if taken else activation.WrongProof().fields["code"]


@desk_door.post("/<int:client_id>/access/address", needs=desk.HELP)
def change_address(client_id: int) -> ResponseReturnValue:
    """Have the client sign in by another of his contacts."""
    contact = request.form.get("contact", "")
    if not contact.isdecimal():
        raise NotFound
    desk.change_address(client_id, int(contact))
    return htmx.go(url_for("clients.show", client_id=client_id) + "#panel-access")


def panel(actor: Actor, client_id: int | None) -> str:
    """A client's access, on his page, for those who may help him."""
    if client_id is None:
        return ""
    return render_template(
        "portal/panel.html",
        client_id=client_id,
        access=desk.of_client(client_id),
        contacts=[(line.id, line.shown) for line in clients.contacts(client_id)],
        may_help=access.may(actor, desk.HELP, client_id),
    )
