"""The way in, step by step: what a browser has proved so far, and the session at its end."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import structlog
from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user, logout_user

from hub.accounts import factors, limits, sessions
from hub.accounts.limits import Counted
from hub.accounts.models import Session as Row
from hub.accounts.models import User
from hub.accounts.passkeys import Site
from hub.accounts.queries import by_uniquifier
from hub.accounts.rules import CHALLENGE_S, FRESH_S, HALF_S
from hub.accounts.security import actor_of
from hub.accounts.sessions import Device, Proof
from hub.kernel import access, audit, clock, tally, work
from hub.kernel.access import STRANGER, Actor
from hub.kernel.config import Config
from hub.kernel.errors import SignInNeeded
from hub.pages import htmx

log = structlog.get_logger(__name__)

KEY, HALF, CHALLENGE = "session", "half", "challenge"


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody who has proved one factor and must prove, or first set up, another."""

    user: User
    via: str
    stays: bool
    to: str


def config() -> Config:
    """The settings of this application."""
    found: Config = current_app.config["HUB"]
    return found


def count(subject: str, *, asks: bool = False) -> Counted:
    """Count a try, or an ask, of `subject` from this network before anything is looked at.

    Shape: an empty subject is nobody known: only the network is counted, so that no stranger
        can shut a way in to all others.
    Raises: TooMany.
    """
    where, who = request.remote_addr or "", subject or secrets.token_hex(16)
    return limits.begin(limits.tried(who, where, secret=config().secret_key, asks=asks))


def count_second(user_id: int, way: str) -> Counted:
    """Count a try of a user's second factor from this network.

    Shape: passkeys are counted apart, so that guessing codes does not shut them.
    Raises: TooMany.
    """
    who = f"{'passkey' if way == 'passkey' else 'code'}:{user_id}"
    known = sessions.networks_of(user_id)
    where = request.remote_addr or ""
    attempt = limits.second(who, where, known=known, secret=config().secret_key)
    return limits.begin(attempt)


def fail_second(user: User | None, way: str, reason: str, counted: Counted) -> None:
    """Log a second factor that did not fit, and that it was the last try for a while."""
    note_failure(user, way, reason)
    if counted.is_last:
        user_id = user.id if user is not None else None
        log.warning("second_factor_shut", user=user_id, via=way)
        work.aside(lambda: audit.append("tries-used-up", "user", user_id, {"via": way}))


def forgive(counted: Counted) -> None:
    """The try was no failure."""
    work.aside(lambda: limits.succeed(counted.id))


def note_failure(user: User | None, via: str, reason: str) -> None:
    """Log a refused sign-in after the unit, by the user it was tried on if there is one."""
    user_id = user.id if user is not None else None
    log.warning("sign_in_refused", user=user_id, via=via, reason=reason)
    tally.count("refused", "sign-in", reason)

    def note() -> None:
        audit.append("sign-in-failed", "user", user_id, {"via": via, "reason": reason})

    work.aside(note)


def proceed(user: User, via: str, *, stays: bool, to: str) -> ResponseReturnValue:
    """One factor is proved: come in, or go on to the second, or to setting one up."""
    has_more = bool(factors.ways(user))
    if not has_more and not factors.is_demanded(user, sandbox=config().sandbox):
        return complete(user, Proof(via=via, factors=1), stays=stays, to=to)
    session[HALF] = {
        "user": user.fs_uniquifier, "via": via, "stays": stays, "to": to, "at": time.time(),
    }  # fmt: skip
    return redirect(url_for("signin.second" if has_more else "factors.choose"))


def half() -> Half | None:
    """Who stands between the two steps in this browser; None when he waited too long."""
    kept = session.get(HALF)
    if not isinstance(kept, dict) or time.time() - kept["at"] > HALF_S:
        session.pop(HALF, None)
        return None
    user = by_uniquifier(kept["user"])
    if user is None or not user.active:
        return None
    return Half(user, kept["via"], kept["stays"], kept["to"])


def demand_half() -> Half:
    """Who stands between the two steps.

    Raises: SignInNeeded.
    """
    found = half()
    if found is None:
        raise SignInNeeded
    return found


def complete(user: User, proof: Proof, *, stays: bool, to: str) -> ResponseReturnValue:
    """Begin the session and go where the visitor wanted to."""
    begin(user, proof, stays=stays)
    return redirect(htmx.local(to))


def begin(user: User, proof: Proof, *, stays: bool) -> None:
    """Begin a session; whatever the browser held before is void."""
    acting, user_id = actor_of(user), user.id
    device = Device(name=request.headers.get("User-Agent", ""), network=request.remote_addr or "")

    before = present()
    replaced = (before.user_id, before.id) if before is not None else None

    def open_session() -> str:
        with access.acting(acting):
            if replaced is not None:
                sessions.end(*replaced)
            audit.append("signed-in", "user", acting.user_id, {"via": proof.via})
        return sessions.open_for(user_id, proof, device, stays=stays)

    key = work.apart(open_session)
    session.clear()
    g.pop("csrf_token", None)
    login_user(user, remember=False)
    session[KEY], session.permanent = key, stays


def leave() -> None:
    """End the present session."""
    row = present()
    if row is not None:
        sessions.end(row.user_id, row.id)
    logout_user()
    session.clear()


def present() -> Row | None:
    """The session of this request."""
    key = session.get(KEY)
    return sessions.find(key) if isinstance(key, str) else None


def actor() -> Actor:
    """Who sends the present request."""
    user = current_user._get_current_object()  # noqa: SLF001 - the proxy hides the row
    if not isinstance(user, User) or not user.active:
        return STRANGER
    row = present()
    if row is None or row.user_id != user.id:
        return STRANGER
    if row.factors == 1 and factors.is_demanded(user, sandbox=config().sandbox):
        return STRANGER
    sessions.see(row)
    return actor_of(user, session_id=row.id)


def is_fresh() -> bool:
    """Whether the present session was begun a short while ago."""
    row = present()
    return row is not None and (clock.now() - row.first_seen).total_seconds() < FRESH_S


def site() -> Site:
    """The site as passkeys know it: in a sandbox the name it was asked by, else the public one."""
    shown = config().public_url
    if config().sandbox:
        shown = f"{request.scheme}://{request.host}"
    return Site(shown.partition("://")[2].partition("/")[0].rsplit(":", 1)[0], shown)


def new_challenge() -> str:
    """A challenge for an authenticator, good once, kept in this browser's session."""
    made = secrets.token_urlsafe(32)
    session[CHALLENGE] = [made, time.time()]
    return made


def challenge() -> str:
    """The challenge given last, if that was a short while ago; it is good once."""
    made, at = session.pop(CHALLENGE, ["", 0.0])
    return str(made) if time.time() - at < CHALLENGE_S else ""


def allows_passkeys() -> bool:
    """Whether a browser makes passkeys for this site: for a name, never for a bare number."""
    return not site().host.replace(".", "").replace(":", "").strip("[]").isdigit()
