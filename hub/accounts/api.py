"""Users for programs, and who the program acts for."""

from __future__ import annotations

from typing import Any

from hub.accounts import listings, queries, service
from hub.accounts.forms import RolesForm, roles
from hub.accounts.models import User
from hub.kernel import access
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("users_api", __name__, path="/users", about="People who sign in.")
me_door = ApiDoor("me_api", __name__, path="/me", about="Who the program acts for.")


class RoleOut(out.Out):
    """A role by its name."""

    name = out.text()


class UserOut(out.Out):
    """Somebody who may sign in, unless he is locked."""

    id = out.whole()
    name = out.text()
    email = out.text()
    active = out.yes()
    locale = out.text()
    roles = out.many(RoleOut)
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


@me_door.get("", needs="own", gives=MeOut)
def me() -> dict[str, Any]:
    """Who you are here, and what you may do."""
    actor = access.current()
    names = ("user_id", "name", "client_id", "broker_id", "token_id")
    told = {name: getattr(actor, name) for name in names}
    return told | {"roles": sorted(actor.roles), "permissions": sorted(actor.permissions)}


@door.get("", needs="accounts.read", listing=listings.users)
def index() -> Any:
    """Everybody who may sign in."""
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
