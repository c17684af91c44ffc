"""The way in: password, one-time code, second step, a new password, and the way out.

Shape: these routes only read, so that no lock is held while a password is checked; what they
    note is written in short units of their own.
"""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from hub.accounts import codes, factors, identities, links, own, signing
from hub.accounts.models import User
from hub.accounts.rules import CODE_S, PASSWORD_MOST, Locale, Purpose
from hub.accounts.security import hashed
from hub.accounts.sessions import Proof
from hub.kernel import doors, work
from hub.kernel.access import current
from hub.kernel.doors import Door
from hub.kernel.errors import Invalid, SignInNeeded
from hub.pages import htmx
from hub.pages.forms import Filled, blank

door = Door("signin", __name__, url_prefix="/login", template_folder="templates")
exit_door = Door("signout", __name__)

ASKED = "asked"


def to() -> str:
    """Where the visitor wanted to go, if it is on this site."""
    return htmx.local(request.args.get("next"))


def locale() -> Locale:
    """The language the page is shown in."""
    return Locale(str(get_locale() or Locale.ZH))


@door.get("", needs="public")
def enter() -> ResponseReturnValue:
    """The ways in; who is signed in already goes on, unless he is asked to prove it again."""
    doors.recognise()
    if current().user_id is not None and "again" not in request.args:
        return redirect(to())
    return _entrance(blank(), 200)


def _entrance(form: Filled, status: int) -> Response:
    page = render_template("accounts/enter.html", form=form, passkeys=signing.allows_passkeys())
    return make_response(page, status)


@door.post("", needs="public", reads=True)
def enter_by_password() -> ResponseReturnValue:
    """Try a password. One answer whatever was wrong: it tells nobody who has an account."""
    typed, password = request.form.get("email", ""), request.form.get("password", "")
    identity = identities.read(typed)
    attempt = signing.count(identity.value if identity else typed.strip().lower()[:254])
    user = identities.user_of(identity) if identity else None
    if user is None or not _fits(user, password):
        signing.note_failure(user, "password", "wrong" if user else "unknown")
        return _refused(typed)
    if not user.active:
        signing.note_failure(user, "password", "locked")
        return _refused(typed)
    signing.forgive(attempt)
    return signing.proceed(user, "password", stays=bool(request.form.get("remember")), to=to())


def _fits(user: User, password: str) -> bool:
    if len(password) > PASSWORD_MOST or "\0" in password or not user.password:
        hashed("as long as a real one")
        return False
    return bool(user.verify_and_update_password(password))


def _refused(typed: str) -> Response:
    work.fail()
    return _entrance(Filled({"email": typed}, {"email": "wrong"}), 422)


@door.get("/code", needs="public")
def ask_code() -> str:
    """Where to send a code."""
    return render_template("accounts/ask_code.html", form=blank())


@door.post("/code", needs="public", reads=True)
def send_code() -> ResponseReturnValue:
    """Have a code sent, if somebody signs in by the address; the same answer if nobody does."""
    identity = identities.read(request.form.get("identity", ""))
    if identity is None:
        signing.count("", asks=True)
        form = Filled(request.form.to_dict(), {"identity": identities.neither()})
        return make_response(render_template("accounts/ask_code.html", form=form), 422)
    signing.count(f"{Purpose.SIGN_IN}:{identity.value}", asks=True)
    language = locale()
    code_id = work.apart(lambda: codes.ask(Purpose.SIGN_IN, identity, language))
    who = codes.subject_of(Purpose.SIGN_IN, identity)
    session[ASKED] = {"code": code_id, "who": who, "next": to()}
    return redirect(url_for("signin.type_code"))


@door.get("/code/enter", needs="public")
def type_code() -> ResponseReturnValue:
    """Where the code is typed."""
    if ASKED not in session:
        return redirect(url_for("signin.ask_code"))
    return _code_page(blank(), 200)


@door.post("/code/enter", needs="public", reads=True)
def enter_by_code() -> ResponseReturnValue:
    """Try a code."""
    asked = session.get(ASKED)
    if not isinstance(asked, dict):
        raise SignInNeeded
    code_id, typed = int(asked["code"]), request.form.get("code", "")[:20]
    attempt = signing.count(f"code:{asked['who']}")
    work.apart(lambda: codes.count_try(code_id))
    try:
        identity = work.apart(lambda: codes.use(code_id, Purpose.SIGN_IN, typed))
    except Invalid as error:
        signing.note_failure(None, "code", error.code)
        work.fail()
        return _code_page(Filled({}, error.fields), 422)
    user = identities.user_of(identity)
    if user is None or not user.active:
        signing.note_failure(user, "code", "locked" if user else "unknown")
        work.fail()
        return _code_page(Filled({}, codes.WrongCode().fields), 422)
    signing.forgive(attempt)
    session.pop(ASKED)
    return signing.proceed(
        user, "code", stays=bool(request.form.get("remember")), to=htmx.local(asked["next"])
    )


def _code_page(form: Filled, status: int) -> Response:
    page = render_template("accounts/type_code.html", form=form, minutes=CODE_S // 60)
    return make_response(page, status)


@door.get("/second", needs="public")
def second() -> ResponseReturnValue:
    """The second step: a code of the app, a passkey or a recovery code."""
    return _second_page(blank(), 200)


def _second_page(form: Filled, status: int) -> Response:
    half = signing.demand_half()
    page = render_template(
        "accounts/second.html", form=form, ways=factors.ways(half.user),
        passkeys=signing.allows_passkeys(),
    )  # fmt: skip
    return make_response(page, status)


@door.post("/second", needs="public", reads=True)
def enter_second() -> ResponseReturnValue:
    """Try a code of the app, or a recovery code."""
    half = signing.demand_half()
    way = "recovery" if request.form.get("recovery", "").strip() else "app"
    typed, user_id = request.form.get("recovery" if way == "recovery" else "code", ""), half.user.id
    counted = signing.count_second(user_id, way)

    def check() -> None:
        user = work.session().get_one(User, user_id)
        use = factors.use_recovery_code if way == "recovery" else factors.check_app
        use(user, typed[:40])

    try:
        work.apart(check)
    except Invalid as error:
        signing.fail_second(half.user, way, error.code, counted)
        work.fail()
        field = "recovery" if way == "recovery" else "code"
        return _second_page(Filled({}, {field: error.fields["code"]}), 422)
    signing.forgive(counted)
    proof = Proof(via=f"{half.via}+{way}", factors=2)
    return signing.complete(half.user, proof, stays=half.stays, to=half.to)


@door.get("/forgot", needs="public")
def forgot() -> str:
    """Where to send a link to a new password."""
    return render_template("accounts/forgot.html", form=blank(), sent=False)


@door.post("/forgot", needs="public", reads=True)
def send_link() -> ResponseReturnValue:
    """Have a link sent, if somebody signs in by the mailbox; the same answer if nobody does."""
    identity = identities.read(request.form.get("email", ""))
    if identity is None or identity.kind != "email":
        signing.count("", asks=True)
        form = Filled(request.form.to_dict(), {"email": identities.neither()})
        return make_response(render_template("accounts/forgot.html", form=form, sent=False), 422)
    signing.count(f"link:{identity.value}", asks=True)
    work.apart(lambda: own.ask_for_link(identity))
    return render_template("accounts/forgot.html", form=blank(), sent=True)


@door.get("/password/<token>", needs="public")
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a password by a link out of a letter."""
    return _password_page(links.user_of(token), blank(), 200)


@door.post("/password/<token>", needs="public", reads=True)
def set_password(token: str) -> ResponseReturnValue:
    """Set it; the link is dead from now on, and so is every session."""
    attempt = signing.count("")
    user = links.user_of(token)
    if user is None:
        signing.note_failure(None, "link", "dead")
        return _password_page(None, blank(), 410)
    signing.forgive(attempt)
    password = request.form.get("password", "")
    try:
        own.check_password(password, request.form.get("again", ""))
    except Invalid as error:
        work.fail()
        return _password_page(user, Filled({}, error.fields), 422)
    user_id, password_hash = user.id, own.hash_of(password)
    work.apart(lambda: own.set_password_by_link(user_id, password_hash, token))
    return redirect(url_for("signin.enter", done="password"))


def _password_page(user: User | None, form: Filled, status: int) -> Response:
    if user is None:
        return make_response(render_template("accounts/dead_link.html"), 410)
    return make_response(render_template("accounts/password.html", form=form, user=user), status)


@exit_door.post("/logout", needs="public")
def leave() -> ResponseReturnValue:
    """Sign out of this device."""
    doors.recognise()
    signing.leave()
    return redirect("/")
