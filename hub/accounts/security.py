"""Flask-Security as this house uses it: sign-in by e-mail and password, sessions that end."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, request
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    uia_email_mapper,
    user_authenticated,
)
from flask_security.utils import hash_password
from sqlalchemy import update
from sqlalchemy.orm import Session

from hub.accounts import limits, persons
from hub.accounts.models import Role, User
from hub.kernel import access, audit, doors, modules, work
from hub.kernel.access import STRANGER, Actor
from hub.kernel.config import Config
from hub.kernel.doors import Lock

PASSWORD_MIN = 8  # characters

# Only these two of the library's endpoints are doors of this house; nobody passes the others.
ENDPOINTS = ("security.login", "security.logout")
NOBODY = "nobody"

_CHEAP = {"argon2__rounds": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}


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

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        **wanted: Any,
    ) -> User | None:
        """A user by one attribute; mailboxes are kept in lower case."""
        if isinstance(wanted.get("email"), str):
            wanted["email"] = wanted["email"].strip().lower()
        del case_insensitive
        found = super().find_user(**wanted)
        return found if isinstance(found, User) else None


def settings(config: Config) -> dict[str, Any]:
    """Flask-Security's settings that follow from ours."""
    salt = hmac.new(config.secret_key.encode(), b"password-salt", hashlib.sha256).hexdigest()
    found: dict[str, Any] = {
        "SECURITY_PASSWORD_SALT": salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_SEND_REGISTER_EMAIL": False,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"test_environment": True},
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"email": {"mapper": uia_email_mapper, "case_insensitive": True}}
        ],
        "SECURITY_SCRIPT_NONCE_KEY": "csp_nonce",
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_FLASH_MESSAGES": False,
        "REMEMBER_COOKIE_NAME": f"{config.cookie_name}_remember",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": config.public_url.startswith("https://"),
        "REMEMBER_COOKIE_DURATION": timedelta(days=14),
    }
    if config.testing:
        found["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = _CHEAP
    return found


def install(app: Flask, config: Config) -> None:
    """Give `app` its sign-in, and its requests their actor."""
    persons.forget()
    app.config.update(settings(config))
    Security(app, Datastore(Present(), User, Role))  # type: ignore[arg-type]
    # A password takes long to check: no lock on the database is held meanwhile.
    for endpoint in ENDPOINTS:
        doors.name_lock(app, endpoint, Lock("public", reads=True))
    app.before_request(_count_try)
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("security.") and rule.endpoint not in ENDPOINTS:
            doors.name_lock(app, rule.endpoint, Lock(NOBODY, reads=True))
    user_authenticated.connect(_note_sign_in, app)
    doors.load_actor_with(app, actor)


def _note_sign_in(app: Flask, *, user: User, **_more: Any) -> None:
    """Logged after the request's unit, which only reads; the try was no failure."""
    del app
    actor, attempt_id = actor_of(user), g.pop("sign_in_attempt", None)

    def note() -> None:
        if attempt_id is not None:
            limits.succeed(attempt_id)
        with access.acting(actor):
            audit.append("signed-in", "user", actor.user_id)

    work.aside(note)


def _count_try() -> None:
    """Count a posted sign-in, by the mailbox as it would be looked up.

    Raises: TooMany.
    """
    if request.endpoint != "security.login" or request.method != "POST":
        return
    sent: Any = request.get_json(silent=True) if request.is_json else request.form
    typed = str(sent.get("email") or "") if isinstance(sent, Mapping) else ""
    mailbox = (uia_email_mapper(typed) or typed).strip().lower()
    secret = current_app.config["HUB"].secret_key
    attempt = limits.tried(mailbox, request.remote_addr or "", secret=secret)
    g.sign_in_attempt = limits.begin(attempt)


def actor() -> Actor:
    """Who sends the present request."""
    user = current_user._get_current_object()  # noqa: SLF001 - the proxy hides the row
    return actor_of(user) if isinstance(user, User) and user.active else STRANGER


def actor_of(user: User) -> Actor:
    """A user as the one who acts: roles, what they permit, the person behind."""
    names = frozenset(role.name for role in user.roles)
    rights = modules.loaded().roles
    permissions = frozenset().union(*(rights.get(name, frozenset()) for name in names))
    return Actor(
        user_id=user.id,
        name=user.name,
        roles=names,
        permissions=permissions,
        client_id=persons.person("client", user.id),
        broker_id=persons.person("broker", user.id),
    )


def hashed(password: str) -> str:
    """The password as it is stored."""
    return str(hash_password(password))
