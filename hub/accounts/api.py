"""Users for programs, and who the program acts for."""

from __future__ import annotations

from typing import Any

from hub.accounts import factors, listings, queries, service, sessions
from hub.accounts.forms import (
    AddressForm,
    BranchesForm,
    ForceForm,
    Invitation,
    InvitationForm,
    RolesForm,
    roles,
)
from hub.accounts.models import User
from hub.accounts.rules import Kind, LinkPurpose, Locale, ScopeKind
from hub.kernel import access
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("users_api", __name__, path="/users", about="People who sign in.")
me_door = ApiDoor("me_api", __name__, path="/me", about="Who the program acts for.")


class RoleOut(out.Out):
    """A role by its name."""

    name = out.text()


class ScopeOut(out.Out):
    """A part of the firm whose data a user reaches."""

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


class FactorsOut(out.Out):
    """How a user proves himself beside a password."""

    ways = out.texts()
    forced = out.yes()


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


@door.post("", needs="accounts.write", takes=InvitationForm, gives=UserOut, status=201)
def invite(wish: Invitation) -> User:
    """Make a user and write to him: by the link in the letter he chooses a password."""
    wanted, locale = roles(wish.role), Locale(wish.locale)
    return queries.user(service.invite(wish.email, wish.name, roles=wanted, locale=locale))


@door.put("/<int:user_id>/branches", needs="accounts.write", takes=BranchesForm, gives=UserOut)
def set_scope(wish: dict[str, Any], user_id: int) -> User:
    """Have him reach these branches and no others."""
    service.set_scope(user_id, ScopeKind.BRANCH, wish["branches"])
    return queries.user(user_id)


@door.get("/<int:user_id>/second-factor", needs="accounts.read", gives=FactorsOut)
def factor(user_id: int) -> dict[str, Any]:
    """Which second factors he has set up."""
    user = queries.user(user_id)
    return {"ways": sorted(factors.ways(user)), "forced": user.second_factor_forced}


@door.put("/<int:user_id>/second-factor", needs="accounts.write", takes=ForceForm, gives=UserOut)
def force_factor(wish: dict[str, Any], user_id: int) -> User:
    """Demand a second factor of him, or no longer."""
    service.force_second_factor(user_id, forced=wish["forced"])
    return queries.user(user_id)


@door.post("/<int:user_id>/second-factor/reset", needs="accounts.write", gives=UserOut)
def reset_factor(user_id: int) -> User:
    """Take a lost second factor away; his sessions end."""
    service.reset_second_factor(user_id)
    return queries.user(user_id)


@door.get("/<int:user_id>/sign-ins", needs="accounts.read", listing=listings.sign_ins)
def sign_ins(user_id: int) -> Any:
    """When, from where and how he has signed in of late."""
    queries.user(user_id)
    return listings.sign_ins(), sessions.of_user(user_id)


@door.post("/<int:user_id>/sessions/end", needs="accounts.write", gives=UserOut)
def end_sessions(user_id: int) -> User:
    """Sign him out everywhere."""
    service.end_sessions(user_id)
    return queries.user(user_id)


@door.put("/<int:user_id>/address", needs="accounts.write", takes=AddressForm, gives=UserOut)
def set_address(wish: dict[str, Any], user_id: int) -> User:
    """Have him sign in by another address; his sessions end."""
    kind: Kind = "email" if wish["kind"] == "email" else "sms"
    service.set_address(user_id, kind, wish["address"])
    return queries.user(user_id)


@door.post("/<int:user_id>/link", needs="accounts.write", gives=UserOut)
def send_link(user_id: int) -> User:
    """Write him a link to a new password."""
    service.want_link(user_id, LinkPurpose.RESET)
    return queries.user(user_id)
