"""Reads of users."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hub.accounts.models import Passkey, Role, User, user_role
from hub.accounts.rules import RoleName
from hub.kernel import access, work


def users() -> Select[Any]:
    """Everybody who may sign in."""
    return select(User)


def user(user_id: int) -> User:
    """One user.

    Raises: NotFound.
    """
    return access.found(work.session().get(User, user_id))


def by_uniquifier(uniquifier: str) -> User | None:
    """The user whom a session names."""
    return work.session().scalar(select(User).where(User.fs_uniquifier == uniquifier))


def by_mailbox(mailbox: str) -> int | None:
    """Id of the user who signs in with a mailbox."""
    return work.session().scalar(select(User.id).where(User.email == mailbox.strip().lower()))


def roles_text() -> Any:
    """The names of `User`'s roles in one text, as a correlated value."""
    join = func.string_agg if work.dialect() == "postgresql" else func.group_concat
    return (
        select(join(Role.name, ", "))
        .join(user_role, user_role.c.role_id == Role.id)
        .where(user_role.c.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )


def by_role(name: str) -> list[int]:
    """Ids of the users who have a role and may sign in."""
    rows = work.session().scalars(
        select(User.id).where(User.roles.any(Role.name == name), User.active).order_by(User.id)
    )
    return list(rows)


def counts() -> dict[str, int]:
    """How many users may sign in, are locked, and have no second factor though staff must."""
    session = work.session()
    staff = User.roles.any(Role.name != RoleName.CLIENT)
    bare = User.totp.is_(None) & ~select(Passkey.id).where(Passkey.user_id == User.id).exists()
    wanted = {"active": User.active, "locked": ~User.active, "bare": User.active & staff & bare}
    return {
        name: session.scalar(select(func.count()).select_from(User).where(condition)) or 0
        for name, condition in wanted.items()
    }


def has_role(name: str) -> ColumnElement[bool]:
    """Condition: `User` has a role."""
    return User.roles.any(Role.name == name)
