"""Tokens for programs: make one, find whom it stands for, take it back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Select, func, or_, select, update

from hub.accounts import factors
from hub.accounts.models import User
from hub.accounts.security import actor_of
from hub.accounts.token_forms import TokenWish
from hub.accounts.token_models import Token
from hub.kernel import access, audit, clock, modules, parameters, work
from hub.kernel.access import Actor
from hub.kernel.errors import Conflict, Forbidden, Invalid, SignInNeeded
from hub.kernel.parameters import Parameter

NEEDS = "accounts.tokens"
START = 12  # characters that stay readable
MOST_ALIVE = 50  # tokens of one user
NOTED_EVERY = timedelta(minutes=1)

DAYS, DAYS_MOST = "accounts.token_days", "accounts.token_days_most"
PER_MINUTE = "accounts.token_requests"
SETTINGS = (
    Parameter(
        name=DAYS, title=l_("A token is good for, unless said otherwise"), kind="int", default=90,
        unit="days", low=Decimal(1), high=Decimal(3_650),
    ),
    Parameter(
        name=DAYS_MOST, title=l_("A token is good for, at most"), kind="int", default=365,
        unit="days", low=Decimal(1), high=Decimal(3_650),
    ),
    Parameter(
        name=PER_MINUTE, title=l_("Requests of a token in a minute"), kind="int", default=600,
        unit="requests", low=Decimal(1), high=Decimal(1_000_000),
    ),
)  # fmt: skip


class BadToken(SignInNeeded):
    """A token that opens nothing; why is for the log alone."""

    code = "invalid-token"
    headers: Mapping[str, str] = MappingProxyType(
        {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )

    def __init__(self, why: str, token_id: int | None = None) -> None:
        super().__init__()
        self.why, self.token_id = why, token_id


class NoSecondFactor(Forbidden):
    """A sound token of somebody who must set up a second factor first."""

    code = "second-factor-needed"

    def __init__(self, token: Token) -> None:
        super().__init__(_("The owner of this token sets up a second factor first, by signing in."))
        self.token = token


@dataclass(frozen=True, slots=True)
class Made:
    """A new token; `text` is told this once and kept nowhere."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token stands for, and what the token says of itself."""

    actor: Actor
    token: Token


def digest(text: str) -> str:
    """What is kept of a token: it is 256 random bits, so a plain hash tells nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def rights() -> list[tuple[str, Any]]:
    """(name, title) of the permissions that the present actor may give to a token."""
    actor = access.current()
    return [
        (right.name, right.title)
        for module in modules.loaded().items
        for right in module.permissions
        if actor.holds(right.name)
    ]


def create(wish: TokenWish) -> Made:
    """Make a token of the present actor's.

    Raises: Forbidden, also to a program that acts by a token; Invalid, Conflict.
    """
    actor = access.demand(NEEDS)
    if actor.token_id is not None or actor.user_id is None:
        raise Forbidden(_("A token is made by a person who is signed in."), code="by-token")
    if not wish.scopes <= actor.permissions:
        raise Invalid({"scopes": _("Choose from the rights that you have yourself.")})
    most = parameters.get(DAYS_MOST)
    days = wish.days or min(parameters.get(DAYS), most)
    if days > most:
        raise Invalid({"days": _("At most %(most)s days.", most=most)})
    _refuse_too_many(actor.user_id)
    text, now = f"hub_{secrets.token_urlsafe(32)}", clock.now()
    row = Token(
        user_id=actor.user_id, name=wish.name, start=text[:START], hash=digest(text),
        scopes=sorted(wish.scopes), created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("created", "token", row.id, {"scopes": row.scopes, "days": days})
    return Made(row.id, text)


def revoke(token_id: int) -> None:
    """Take a token back: its next request is refused. A second time changes nothing.

    Raises: NotFound for a token that is neither one's own nor the operator's business.
    """
    row = one(token_id)
    if row.user_id != access.current().user_id:
        access.demand("accounts.write")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = clock.now(), access.current().user_id
        audit.append("revoked", "token", token_id)


def revoke_all(user_id: int) -> None:
    """Take all of a user's tokens back: whoever made them may have been somebody else."""
    alive = (Token.user_id == user_id) & Token.revoked_at.is_(None)
    change = update(Token).where(alive, Token.expires_at > clock.now())
    done: Any = work.session().execute(
        change.values(revoked_at=clock.now(), revoked_by=access.current().user_id),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount:
        audit.append("tokens-revoked", "user", user_id, {"count": done.rowcount})


def set_quota(token_id: int, per_minute: int | None) -> None:
    """Let a token send so many requests a minute.

    Raises: Forbidden, NotFound.
    """
    access.demand("accounts.write")
    one(token_id).per_minute = per_minute
    audit.append("quota-set", "token", token_id, {"per_minute": per_minute})


def one(token_id: int) -> Token:
    """A token of one's own, or anybody's for those who may see users.

    Raises: NotFound.
    """
    row: Token | None = work.session().scalar(visible().where(Token.id == token_id))
    return access.found(row)


def visible(user_id: int | None = None) -> Select[Any]:
    """The tokens whom the present actor may see, of one user when given."""
    actor = access.current()
    query = select(Token)
    if not actor.holds("accounts.read"):
        query = query.where(Token.user_id == actor.user_id)
    return query if user_id is None else query.where(Token.user_id == user_id)


def find(text: str, *, sandbox: bool) -> Bearer:
    """Whom a token stands for, with the rights that both he and the token have.

    Raises: BadToken; NoSecondFactor when a page would have him set one up before all else.
    """
    found = select(Token, User).join(User, User.id == Token.user_id)
    row = work.session().execute(found.where(Token.hash == digest(text))).first()
    if row is None:
        raise BadToken("unknown")
    token, user = row
    if token.revoked_at is not None:
        raise BadToken("revoked", token.id)
    if token.expires_at <= clock.now():
        raise BadToken("expired", token.id)
    if not user.active:
        raise BadToken("locked-user", token.id)
    if factors.is_demanded(user, sandbox=sandbox) and not factors.ways(user):
        raise NoSecondFactor(token)
    return Bearer(_scoped(actor_of(user), token), token)


def anew(actor: Actor) -> Actor | None:
    """Whoever acted, as he may act now: None once he is locked, or his token is over."""
    user = work.session().get(User, actor.user_id)
    if user is None or not user.active:
        return None
    now = replace(actor_of(user), session_id=actor.session_id)
    if actor.token_id is None:
        return now
    token = work.session().get(Token, actor.token_id)
    if token is None or token.revoked_at is not None or token.expires_at <= clock.now():
        return None
    return _scoped(now, token)


def _scoped(actor: Actor, token: Token) -> Actor:
    permissions = actor.permissions & frozenset(token.scopes)
    return replace(actor, permissions=permissions, token_id=token.id)


def is_stale(token: Token) -> bool:
    """Whether its last use was noted too long ago."""
    return token.used_at is None or token.used_at < clock.now() - NOTED_EVERY


def note_use(token_id: int) -> None:
    """Write down that a token was used now, unless somebody just did."""
    now = clock.now()
    old = or_(Token.used_at.is_(None), Token.used_at < now - NOTED_EVERY)
    statement = update(Token).where(Token.id == token_id, old).values(used_at=now)
    work.session().execute(statement, execution_options={"synchronize_session": False})


def _refuse_too_many(user_id: int) -> None:
    alive = select(func.count()).where(
        Token.user_id == user_id, Token.revoked_at.is_(None), Token.expires_at > clock.now()
    )
    if (work.session().scalar(alive) or 0) >= MOST_ALIVE:
        raise Conflict(
            _("You have %(most)s tokens: revoke one first.", most=MOST_ALIVE), code="many-tokens"
        )
