"""Users for programs, and who the program acts for."""

from __future__ import annotations

from typing import Any

from hub.accounts import listings, queries, service, sessions
from hub.accounts.forms import RolesForm, roles
from hub.accounts.models import User
from hub.kernel import access
from hub.kernel.errors import SignInNeeded
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("users_api", __name__, path="/users", about="People who sign in.")
me_door = ApiDoor("me_api", __name__, path="/me", about="Who the program acts for.")


class RoleOut(out.Out):
    """A role by its name."""

    name = out.text()


class ScopeOut(out.Out):
    """A part of the firm that he reaches."""

    kind = out.text()
    value = out.text()


class UserOut(out.Out):
    """Somebody who may sign in, unless he is locked."""

    id = out.whole()
    name = out.text()
    email = out.text(null=True)
    phone = out.text(null=True)
    active = out.yes()
    locale = out.text()
    roles = out.many(RoleOut)
    scopes = out.many(ScopeOut)
    second_factor_forced = out.yes()
    created_at = out.moment()
    locked_at = out.moment(null=True)


class MeOut(out.Out):
    """Who acts, and what he may do by the way he came."""

    user_id = out.whole()
    name = out.text()
    roles = out.texts()
    permissions = out.texts()
    client_id = out.whole(null=True)
    broker_id = out.whole(null=True)
    token_id = out.whole(null=True)


class SessionOut(out.Out):
    """A device that is signed in."""

    id = out.whole()
    via = out.text()
    device = out.text()
    network = out.text()
    first_seen = out.moment()
    last_seen = out.moment()


class SessionsOut(out.Out):
    """Your devices."""

    items = out.many(SessionOut)


@me_door.get("", needs="own", gives=MeOut)
def me() -> dict[str, Any]:
    """Who you are here, and what you may do."""
    actor = access.current()
    names = ("user_id", "name", "client_id", "broker_id", "token_id")
    told = {name: getattr(actor, name) for name in names}
    return told | {"roles": sorted(actor.roles), "permissions": sorted(actor.permissions)}


@me_door.get("/sessions", needs="own", gives=SessionsOut)
def my_sessions() -> dict[str, Any]:
    """Where you are signed in."""
    return {"items": sessions.open_ones(_mine())}


@me_door.delete("/sessions/<int:session_id>", needs="own")
def end_session(session_id: int) -> None:
    """Sign one device out."""
    sessions.end(_mine(), session_id)


@me_door.post("/sessions/end", needs="own")
def end_others() -> None:
    """Sign every other device out."""
    sessions.end_all(_mine(), but=access.current().session_id)


def _mine() -> int:
    user_id = access.current().user_id
    if user_id is None:
        raise SignInNeeded
    return user_id


@door.get("", needs="accounts.read", listing=listings.users)
def index() -> Any:
    """Everybody who may sign in."""
    return listings.users(), queries.users()


@door.get("/export", needs="accounts.read", listing=listings.users, exports=True)
def export() -> Any:
    """Everybody who may sign in, all of them."""
    return listings.users(), queries.users()


@door.get("/<int:user_id>", needs="accounts.read", gives=UserOut)
def show(user_id: int) -> User:
    """One user."""
    return queries.user(user_id)


@door.post("/<int:user_id>/lock", needs="accounts.write", gives=UserOut)
def lock(user_id: int) -> User:
    """End his sessions, close his tokens, and let him in no more."""
    service.lock(user_id)
    return queries.user(user_id)


@door.post("/<int:user_id>/unlock", needs="accounts.write", gives=UserOut)
def unlock(user_id: int) -> User:
    """Let him sign in again."""
    service.unlock(user_id)
    return queries.user(user_id)


@door.put("/<int:user_id>/roles", needs="accounts.write", takes=RolesForm, gives=UserOut)
def set_roles(wish: dict[str, Any], user_id: int) -> User:
    """Give him these roles and no others."""
    service.set_roles(user_id, roles(wish["roles"]))
    return queries.user(user_id)
