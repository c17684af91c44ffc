"""Set up a second factor: an authenticator app or a passkey, then the recovery codes, once."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hub.accounts import factors, passkeys, setting_up, signing
from hub.accounts.models import User
from hub.kernel import work
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid
from hub.pages import htmx
from hub.pages.forms import Filled, blank

door = Door("factors", __name__, url_prefix="/login/factors", template_folder="templates")

SECRET = "totp"  # noqa: S105 - the name under which a sealed secret waits in the session


@door.get("/", needs="public")
def choose() -> ResponseReturnValue:
    """Which second factor to set up."""
    who = setting_up.subject()
    return render_template(
        "accounts/factors.html", half=who.half, passkeys=signing.allows_passkeys()
    )


@door.get("/app", needs="public")
def show_app() -> ResponseReturnValue:
    """A new secret to scan or to type, kept in this browser until it has shown a code."""
    who = setting_up.subject()
    if SECRET not in session:
        session[SECRET] = factors.new_secret()
    return _app_page(who, blank(), 200)


def _app_page(who: setting_up.Subject, form: Filled, status: int) -> Response:
    shown = factors.shown(who.user, session[SECRET])
    page = render_template("accounts/app.html", form=form, shown=shown, half=who.half)
    return make_response(page, status)


@door.post("/app", needs="public", reads=True)
def set_app() -> ResponseReturnValue:
    """Keep the secret once the app shows its code."""
    who, secret = setting_up.subject(), session.get(SECRET)
    if not isinstance(secret, str):
        return redirect(url_for("factors.show_app"))
    typed, user_id = request.form.get("code", "")[:20], who.user.id
    counted = signing.count_second(user_id, "app")

    def keep() -> None:
        factors.set_app(work.session().get_one(User, user_id), secret, typed)

    try:
        setting_up.write(who, keep)
    except Invalid as error:
        signing.fail_second(who.user, "app", error.code, counted)
        work.fail()
        return _app_page(who, Filled({}, error.fields), 422)
    signing.forgive(counted)
    session.pop(SECRET)
    setting_up.finish(who, "app")
    return redirect(url_for("factors.done"))


@door.get("/done", needs="own")
def done() -> ResponseReturnValue:
    """The recovery codes: this is the only time they are shown."""
    codes = factors.opened(session.pop(setting_up.FRESH_CODES, ""))
    to = htmx.local(session.get(setting_up.NEXT), otherwise=url_for("me.show"))
    if not codes:
        session.pop(setting_up.NEXT, None)
        return redirect(to)
    return render_template("accounts/recovery.html", codes=codes, to=to)


@door.post("/recovery", needs="own", reads=True)
def new_codes() -> ResponseReturnValue:
    """New recovery codes in the place of the old."""
    who = setting_up.subject()
    user_id = who.user.id

    def make() -> None:
        setting_up.keep(factors.new_recovery_codes(work.session().get_one(User, user_id)))

    setting_up.write(who, make)
    return redirect(url_for("factors.done"))


@door.post("/app/drop", needs="own", reads=True)
def drop_app() -> ResponseReturnValue:
    """Take the authenticator app away."""
    who = setting_up.subject()
    user_id = who.user.id
    setting_up.write(who, lambda: factors.drop_app(work.session().get_one(User, user_id)))
    return htmx.go(url_for("me.show"))


@door.post("/passkeys/<int:passkey_id>/drop", needs="own", reads=True)
def drop_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    who = setting_up.subject()
    user_id = who.user.id
    setting_up.write(who, lambda: passkeys.remove(user_id, passkey_id))
    return htmx.go(url_for("me.show"))
