"""Everybody's own page: password, second factor, addresses, devices."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hub.accounts import codes, factors, identities, own, passkeys, sessions, signing
from hub.accounts.models import User
from hub.accounts.rules import CODE_S, Purpose
from hub.accounts.setting_up import NotFresh
from hub.accounts.words import device_name
from hub.kernel import access, work
from hub.kernel.access import Actor
from hub.kernel.doors import Door
from hub.kernel.errors import Conflict, Invalid, SignInNeeded
from hub.pages import htmx
from hub.pages.forms import Filled, blank

door = Door("me", __name__, url_prefix="/me", template_folder="templates")

CHANGING = "changing"


def _me() -> User:
    user_id = access.current().user_id
    if user_id is None:
        raise SignInNeeded
    return work.session().get_one(User, user_id)


def _fresh() -> User:
    if not signing.is_fresh():
        raise NotFresh
    return _me()


@door.get("/", needs="own")
def show() -> ResponseReturnValue:
    """How he signs in, and where he is signed in."""
    return _page(blank(), 200)


def _page(form: Filled, status: int) -> Response:
    user, actor = _me(), access.current()
    page = render_template(
        "accounts/me.html", form=form, user=user, passkeys=passkeys.of_user(user.id),
        codes_left=factors.recovery_codes_left(user), sessions=sessions.open_ones(user.id),
        here=actor.session_id, fresh=signing.is_fresh(), device_name=device_name,
        addresses=identities.of_user(user), allows_passkeys=signing.allows_passkeys(),
    )  # fmt: skip
    return make_response(page, status)


@door.post("/password", needs="own", reads=True)
def set_password() -> ResponseReturnValue:
    """A new password; every other device is signed out, and this one signs in anew."""
    user = _fresh()
    try:
        own.check_password(request.form.get("password", ""), request.form.get("again", ""))
    except Invalid as error:
        work.fail()
        return _page(Filled({}, error.fields), 422)
    user_id, password_hash = user.id, own.hash_of(request.form["password"])
    work.apart(lambda: own.set_password(user_id, password_hash))
    return redirect(url_for("signin.enter", done="password"))


@door.post("/sessions/<int:session_id>/end", needs="own")
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    user = _me()
    sessions.end(user.id, session_id)
    return htmx.go(url_for("me.show") + "#devices")


@door.post("/sessions/end", needs="own")
def end_others() -> ResponseReturnValue:
    """Sign every other device out."""
    sessions.end_all(_me().id, but=access.current().session_id)
    return htmx.go(url_for("me.show") + "#devices")


@door.get("/address", needs="own")
def ask_address() -> str:
    """Which address to sign in by from now on."""
    return _address_page(blank())


def _address_page(form: Filled) -> str:
    return render_template("accounts/address.html", form=form)


@door.post("/address", needs="own", reads=True)
def want_address() -> ResponseReturnValue:
    """Send a code to the address that is and one to the address that shall be."""
    user = _fresh()
    identity = identities.read(request.form.get("address", ""))
    if identity is None:
        work.fail()
        form = Filled(request.form.to_dict(), {"address": identities.neither()})
        return make_response(_address_page(form), 422)
    signing.count(f"address:{user.id}", asks=True)
    user_id = user.id
    try:
        old, new = work.apart(
            lambda: own.ask_to_change(work.session().get_one(User, user_id), identity)
        )
    except Conflict as error:
        work.fail()
        return make_response(
            _address_page(Filled(request.form.to_dict(), {"address": error.detail})), 409
        )
    session[CHANGING] = {"old": old, "new": new}
    return redirect(url_for("me.confirm_address"))


@door.get("/address/confirm", needs="own")
def confirm_address() -> ResponseReturnValue:
    """Where both codes are typed."""
    if CHANGING not in session:
        return redirect(url_for("me.ask_address"))
    return _confirm_page(blank(), 200)


def _confirm_page(form: Filled, status: int) -> Response:
    page = render_template("accounts/confirm_address.html", form=form, minutes=CODE_S // 60)
    return make_response(page, status)


@door.post("/address/confirm", needs="own", reads=True)
def change_address() -> ResponseReturnValue:
    """Change it when both codes fit."""
    user_id, asked = _me().id, session.get(CHANGING)
    if not isinstance(asked, dict):
        return redirect(url_for("me.ask_address"))
    attempt = signing.count(f"address:{user_id}")
    for code_id in asked.values():
        work.apart(lambda code_id=code_id: codes.count_try(code_id))  # type: ignore[misc]
    typed = {name: request.form.get(name, "")[:20] for name in ("old", "new")}
    actor = access.current()

    def change() -> None:
        with access.acting(actor):
            agreed = codes.use(int(asked["old"]), Purpose.OLD_ADDRESS, typed["old"])
            wanted = codes.use(int(asked["new"]), Purpose.NEW_ADDRESS, typed["new"])
            own.change_address(work.session().get_one(User, user_id), agreed, wanted)

    try:
        work.apart(change)
    except (Invalid, Conflict) as error:
        signing.note_failure(_me(), "address", error.code)
        work.fail()
        told = str(error.fields["code"]) if isinstance(error, Invalid) else error.detail
        return _confirm_page(Filled({}, {"old": told}), 422)
    signing.forgive(attempt)
    session.pop(CHANGING)
    return redirect(url_for("me.show"))


def panel(actor: Actor, subject: int | None) -> str:
    """How well his sign-in is kept, for his home page."""
    del subject
    user = work.session().get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        return ""
    return render_template(
        "accounts/panel.html", ways=factors.ways(user), password=bool(user.password),
        open_count=len(sessions.open_ones(user.id)),
    )  # fmt: skip
