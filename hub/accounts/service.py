"""Make users, give them roles, lock them out, let them in again."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts import queries
from hub.accounts.models import Role, User
from hub.accounts.rules import Locale, RoleName
from hub.accounts.security import PASSWORD_MIN, hashed
from hub.kernel import access, audit, clock, live, work
from hub.kernel.errors import Conflict, Invalid


class MailboxTaken(Conflict):
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
    mailbox = _mailbox(email)
    if len(password) < PASSWORD_MIN:
        raise Invalid({"password": _("at least %(least)s characters", least=PASSWORD_MIN)})
    if not name.strip():
        raise Invalid({"name": _("a name is needed")})
    session = work.session()
    if session.scalar(select(User.id).where(User.email == mailbox)) is not None:
        raise MailboxTaken(_("another user has this e-mail address"))
    user = User(
        email=mailbox, name=name.strip(), active=True, fs_uniquifier=uuid.uuid4().hex,
        password=hashed(password), locale=locale, created_at=clock.now(),
        roles=[_role(role) for role in sorted(roles)],
    )  # fmt: skip
    session.add(user)
    session.flush()
    audit.append("created", "user", user.id, {"roles": sorted(roles)})
    return user.id


def lock(user_id: int) -> None:
    """End every session of a user and let him in no more.

    Raises: Forbidden, NotFound, Conflict for oneself.
    """
    actor = access.demand("accounts.write")
    if actor.user_id == user_id:
        raise Conflict(_("you cannot lock yourself out"), code="own-account")
    user = queries.user(user_id)
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


def _end_sessions(user: User) -> None:
    """What a session holds is the uniquifier: with a new one none of them finds its user."""
    user.fs_uniquifier = uuid.uuid4().hex
    live.drop(f"user:{user.id}")


def _mailbox(email: str) -> str:
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid({"email": _("not an e-mail address")}) from error
    return found.normalized.lower()


def _role(name: RoleName) -> Role:
    session = work.session()
    found = session.scalar(select(Role).where(Role.name == name))
    if found is None:
        found = Role(name=name)
        session.add(found)
        session.flush()
    return found
