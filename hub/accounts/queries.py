"""Reads of users."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from hub.accounts.models import Role, User, user_role
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


def has_role(name: str) -> ColumnElement[bool]:
    """Condition: `User` has a role."""
    return User.roles.any(Role.name == name)
