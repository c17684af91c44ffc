"""What an operator does with users: make, invite, lock, roles, scope, second factor, sessions."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts import factors, identities, links, queries, sessions, tokens
from hub.accounts.identities import IdentityTaken
from hub.accounts.letters import link
from hub.accounts.models import Role, Scope, User
from hub.accounts.rules import (
    PASSWORD_MIN,
    Identity,
    Kind,
    LinkPurpose,
    Locale,
    RoleName,
    ScopeKind,
)
from hub.accounts.security import hashed
from hub.kernel import access, audit, clock, live, outbox, work
from hub.kernel.errors import Conflict, Invalid

SEND_LINK = "accounts.send_link"
SCOPES_MOST = 200


class MailboxTaken(IdentityTaken):
    """Another user signs in with this mailbox."""

    code = "mailbox-taken"


def create(
    email: str,
    name: str,
    *,
    password: str,
    roles: Collection[RoleName] = (),
    locale: Locale = Locale.ZH,
) -> int:
    """Make a user who can sign in → his id. The caller answers for the right to do so.

    Raises: Invalid, MailboxTaken.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid({"password": _("at least %(least)s characters", least=PASSWORD_MIN)})
    user = _new(identities.given(email, "email"), name, roles=roles, locale=locale)
    user.password = hashed(password)
    return user.id


def invite(email: str, name: str, *, roles: Collection[RoleName], locale: Locale) -> int:
    """Make a user and send him a link by which he chooses a password → his id.

    Raises: Forbidden, Invalid, MailboxTaken.
    """
    access.demand("accounts.write")
    user = _new(identities.given(email, "email"), name, roles=roles, locale=locale)
    outbox.defer(SEND_LINK, f"invite:{user.id}", lane="code", user_id=user.id,
                 purpose=LinkPurpose.INVITATION)  # fmt: skip
    return user.id


def enrol(identity: Identity, name: str, *, locale: Locale) -> int:
    """Make a client's user, who signs in by an address he has proved → his id.

    Raises: IdentityTaken. The caller answers for the right to do so.
    """
    return _new(identity, name, roles=[RoleName.CLIENT], locale=locale).id


def mark_demo(user_id: int) -> None:
    """This user is made up: a sandbox lets him in by one factor."""
    queries.user(user_id).is_demo = True


def lock(user_id: int) -> None:
    """End every session of a user and let him in no more.

    Raises: Forbidden, NotFound, Conflict for oneself.
    """
    user = _another(user_id, _("you cannot lock yourself out"))
    user.active, user.locked_at = False, clock.now()
    _end_sessions(user)
    audit.append("locked", "user", user_id)


def unlock(user_id: int) -> None:
    """Let a locked user sign in again.

    Raises: Forbidden, NotFound.
    """
    access.demand("accounts.write")
    user = queries.user(user_id)
    user.active, user.locked_at = True, None
    audit.append("unlocked", "user", user_id)


def set_roles(user_id: int, roles: Collection[RoleName]) -> None:
    """Give a user these roles and no others; they bind from his next request on.

    Raises: Forbidden, NotFound, Conflict for taking one's own right away.
    """
    actor = access.demand("accounts.write")
    if actor.user_id == user_id and RoleName.OPERATOR not in roles:
        raise Conflict(_("you cannot take your own operator role away"), code="own-account")
    user = queries.user(user_id)
    before = sorted(role.name for role in user.roles)
    user.roles = [_role(role) for role in sorted(roles)]
    live.drop(f"user:{user_id}")
    audit.append("roles-set", "user", user_id, {"before": before, "after": sorted(roles)})


def set_scope(user_id: int, kind: ScopeKind, values: Collection[str]) -> None:
    """Have a user reach these parts of the firm and no others of their kind.

    Raises: Forbidden, NotFound, Invalid.
    """
    access.demand("accounts.write")
    wanted = sorted({value.strip() for value in values if value.strip()})
    if len(wanted) > SCOPES_MOST or any(len(value) > 80 for value in wanted):  # noqa: PLR2004 - the column's width
        raise Invalid({"scope": _("at most %(most)s names of 80 characters", most=SCOPES_MOST)})
    user = queries.user(user_id)
    others = [scope for scope in user.scopes if scope.kind != kind]
    before = sorted(scope.value for scope in user.scopes if scope.kind == kind)
    user.scopes = others
    work.session().flush()
    user.scopes = [*others, *(Scope(kind=kind, value=value) for value in wanted)]
    live.drop(f"user:{user_id}")
    audit.append("scope-set", "user", user_id, {"kind": kind, "before": before, "after": wanted})


def force_second_factor(user_id: int, *, forced: bool) -> None:
    """Demand a second factor of a user, whoever he is; sessions of one factor end with that.

    Raises: Forbidden, NotFound.
    """
    access.demand("accounts.write")
    queries.user(user_id).second_factor_forced = forced
    live.drop(f"user:{user_id}")
    audit.append("second-factor-forced", "user", user_id, {"forced": forced})


def reset_second_factor(user_id: int) -> None:
    """Take a lost second factor and all tokens away: the user sets up another factor.

    Raises: Forbidden, NotFound, Conflict for oneself.
    """
    factors.reset(_another(user_id, _("set up your own second factor on your own page")))
    tokens.revoke_all(user_id)


def end_sessions(user_id: int) -> None:
    """Sign a user out everywhere.

    Raises: Forbidden, NotFound.
    """
    access.demand("accounts.write")
    _end_sessions(queries.user(user_id))


def set_address(user_id: int, kind: Kind, typed: str) -> None:
    """Have a user sign in by another address, on an operator's word; his sessions end.

    Raises: Forbidden, NotFound, Invalid, IdentityTaken, Conflict for oneself.
    """
    user = _another(user_id, _("change your own address on your own page"))
    identities.write(user, identities.given(typed, kind))
    _end_sessions(user)
    audit.append("address-changed", "user", user_id, {"kind": kind, "by": "operator"})


def want_link(user_id: int, purpose: LinkPurpose) -> None:
    """Have a link to a new password sent to a user.

    Raises: Forbidden, NotFound, Conflict for one without a mailbox.
    """
    access.demand("accounts.write")
    if not queries.user(user_id).email:
        raise Conflict(_("this user has no mailbox"), code="no-mailbox")
    key = f"{purpose}:{user_id}:{uuid.uuid4().hex}"
    outbox.defer(SEND_LINK, key, lane="code", user_id=user_id, purpose=purpose)


def send_link(user_id: int, purpose: str) -> None:
    """Job: write a link to a user who may sign in and has a mailbox."""
    user = work.session().get(User, user_id)
    if user is None or not user.active or not user.email:
        return
    wish = LinkPurpose(purpose)
    cause = f"accounts.{wish}:{user.id}:{clock.now():%Y%m%d%H%M%S}"
    link(wish, links.address(user, wish), user.email, cause=cause, locale=Locale(user.locale))
    audit.append("link-sent", "user", user_id, {"purpose": wish})


def _new(identity: Identity, name: str, *, roles: Collection[RoleName], locale: Locale) -> User:
    if not name.strip():
        raise Invalid({"name": _("a name is needed")})
    user = User(
        name=name.strip()[:255], active=True, fs_uniquifier=uuid.uuid4().hex,
        handle=uuid.uuid4().hex, locale=locale, created_at=clock.now(),
        roles=[_role(role) for role in sorted(roles)],
    )  # fmt: skip
    if identities.user_of(identity) is not None:
        if identity.kind == "email":
            raise MailboxTaken(_("another user has this e-mail address"))
        raise IdentityTaken(_("another user signs in by this address"))
    identities.write(user, identity)
    work.session().add(user)
    work.session().flush()
    audit.append("created", "user", user.id, {"roles": sorted(roles)})
    return user


def _another(user_id: int, refusal: str) -> User:
    """A user who is not the actor himself."""
    if access.demand("accounts.write").user_id == user_id:
        raise Conflict(refusal, code="own-account")
    return queries.user(user_id)


def _end_sessions(user: User) -> None:
    """What a cookie holds is the uniquifier: with a new one none of them finds its user."""
    user.fs_uniquifier = uuid.uuid4().hex
    sessions.end_all(user.id)


def _role(name: RoleName) -> Role:
    session = work.session()
    found = session.scalar(select(Role).where(Role.name == name))
    if found is None:
        found = Role(name=name)
        session.add(found)
        session.flush()
    return found
