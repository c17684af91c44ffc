"""Flask-Security as this house uses it: users, passwords, who a session belongs to."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore, uia_email_mapper
from flask_security.utils import hash_password
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from hub.accounts import codes, factors, links, persons
from hub.accounts.models import Role, User
from hub.accounts.rules import PASSWORD_MIN, STAY_S
from hub.kernel import access, modules, work
from hub.kernel.access import Actor
from hub.kernel.config import Config

_CHEAP = {"argon2__rounds": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


# Every request asks this: the statement is built once.
_WHOLE = (
    select(User)
    .options(joinedload(User.roles), joinedload(User.scopes))
    .where(User.fs_uniquifier == bindparam("mark"))
)


class Present:
    """What Flask-Security takes for a database: the session of the present unit."""

    @property
    def session(self) -> Session:
        """The present unit's session."""
        return work.session()


class Datastore(SQLAlchemyUserDatastore):
    """Users in the present unit: the kernel commits, so `commit` only flushes."""

    def commit(self) -> None:
        """Write what is pending; the unit of work decides whether it stays."""
        work.session().flush()

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:  # noqa: FBT001, FBT002 - as the library calls it
        """A user; for a session, which every request looks up, in one question with his roles."""
        if set(kwargs) != {"fs_uniquifier"}:
            return super().find_user(case_insensitive, **kwargs)  # type: ignore[return-value]
        return work.session().scalars(_WHOLE, {"mark": kwargs["fs_uniquifier"]}).unique().first()

    def put(self, model: Any) -> Any:
        """Keep a password that was hashed anew at sign-in, once the reading unit is over."""
        if isinstance(model, User) and model.id is not None:
            user_id, hashed_anew = model.id, model.password
            work.session().expire(model, ["password"])
            change = update(User).where(User.id == user_id).values(password=hashed_anew)

            def keep() -> None:
                work.session().execute(change)

            work.aside(keep)
            return model
        return super().put(model)  # type: ignore[no-untyped-call]


def settings(config: Config) -> dict[str, Any]:
    """Flask-Security's settings that follow from ours."""
    salt = hmac.new(config.secret_key.encode(), b"password-salt", hashlib.sha256).hexdigest()
    found: dict[str, Any] = {
        "SECURITY_PASSWORD_SALT": salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"email": {"mapper": uia_email_mapper, "case_insensitive": True}}
        ],
        "SECURITY_API_ENABLED_METHODS": ["session"],
        # The session's row is the truth; the cookie only has to outlive it.
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=STAY_S),
        "SESSION_REFRESH_EACH_REQUEST": False,
    }
    if config.testing:
        found["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = _CHEAP
    return found


def install(app: Flask, config: Config) -> None:
    """Give `app` its users; the library's own pages stay away (docs/adr/0013)."""
    persons.forget()
    codes.forget()
    links.bind(config.public_url)
    factors.bind()
    app.config.update(settings(config))
    Security(app, Datastore(Present(), User, Role), register_blueprint=False)  # type: ignore[arg-type]


def hashed(password: str) -> str:
    """The password as it is stored."""
    return str(hash_password(password))


def actor_of(user: User, *, session_id: int | None = None) -> Actor:
    """A user as the one who acts: roles, what they permit, what he reaches, who he is."""
    standing = persons.standing(user.id)
    names = frozenset(role.name for role in user.roles) | standing.roles
    rights = modules.loaded().roles
    permissions = frozenset().union(*(rights.get(name, frozenset()) for name in names))
    if standing.held:
        permissions = frozenset(filter(access.is_read, permissions))
    scopes = {kind: set(values) for kind, values in standing.scopes.items()}
    for scope in user.scopes:
        scopes.setdefault(scope.kind, set()).add(scope.value)
    return Actor(
        user_id=user.id,
        name=user.name,
        roles=names,
        permissions=permissions,
        client_id=standing.client_id,
        broker_id=standing.broker_id,
        scopes={kind: frozenset(values) for kind, values in scopes.items()},
        session_id=session_id,
    )
