"""What the operator does for a user, for programs."""

from __future__ import annotations

from typing import Any

from hub.accounts import forms, listings, queries, service, sessions
from hub.accounts.api import UserOut
from hub.accounts.api import door as door  # the same door: these are its further operations
from hub.accounts.forms import Invitation, InvitationForm
from hub.accounts.models import User
from hub.accounts.rules import LinkPurpose, Locale, ScopeKind
from hub.pages.api import out


@door.post("", needs="accounts.write", takes=InvitationForm, gives=out.Made, status=201)
def invite(wish: Invitation) -> dict[str, int]:
    """Make a user and write to him."""
    made = service.invite(
        wish.email, wish.name, roles=forms.roles(wish.role), locale=Locale(wish.locale)
    )
    return {"id": made}


@door.get("/<int:user_id>/sign-ins", needs="accounts.read", listing=listings.sign_ins)
def sign_ins(user_id: int) -> Any:
    """When, from where and how a user has signed in of late."""
    return listings.sign_ins(), sessions.of_user(queries.user(user_id).id)


@door.get(
    "/<int:user_id>/sign-ins/export", needs="accounts.read", listing=listings.sign_ins, exports=True
)
def export_sign_ins(user_id: int) -> Any:
    """The same, all of it."""
    return listings.sign_ins(), sessions.of_user(queries.user(user_id).id)


@door.put("/<int:user_id>/scope", needs="accounts.write", takes=forms.ScopeForm, gives=UserOut)
def set_scope(wish: dict[str, Any], user_id: int) -> User:
    """Have him reach these branches."""
    service.set_scope(user_id, ScopeKind.BRANCH, wish["branches"])
    return queries.user(user_id)


@door.put("/<int:user_id>/factor", needs="accounts.write", takes=forms.ForceForm, gives=UserOut)
def force_factor(wish: dict[str, Any], user_id: int) -> User:
    """Demand a second factor of him, or no longer."""
    service.force_second_factor(user_id, forced=wish["forced"])
    return queries.user(user_id)


@door.delete("/<int:user_id>/factor", needs="accounts.write")
def reset_factor(user_id: int) -> None:
    """Take a lost second factor away."""
    service.reset_second_factor(user_id)


@door.post("/<int:user_id>/sessions/end", needs="accounts.write")
def end_sessions(user_id: int) -> None:
    """Sign him out everywhere."""
    service.end_sessions(user_id)


@door.put(
    "/<int:user_id>/address", needs="accounts.write", takes=forms.SignInAddressForm, gives=UserOut
)
def set_address(wish: dict[str, Any], user_id: int) -> User:
    """Have him sign in by another address."""
    kind = wish["kind"]
    service.set_address(user_id, "email" if kind == "email" else "sms", wish["address"])
    return queries.user(user_id)


@door.post("/<int:user_id>/link", needs="accounts.write")
def send_link(user_id: int) -> None:
    """Write him a link to a new password."""
    service.want_link(user_id, LinkPurpose.RESET)
