"""Tokens for programs: see them, take them back; a person makes them."""

from __future__ import annotations

from typing import Any

from hub.accounts import tokens
from hub.accounts.token_forms import QuotaForm, TokenForm, TokenWish
from hub.accounts.token_listing import listing
from hub.accounts.token_models import Token
from hub.kernel import access
from hub.pages.api import out
from hub.pages.api.doors import ApiDoor

door = ApiDoor("tokens_api", __name__, path="/tokens", about="Keys of programs.")


class TokenOut(out.Out):
    """A token, told by its beginning."""

    id = out.whole()
    user_id = out.whole()
    name = out.text()
    start = out.text()
    scopes = out.texts()
    per_minute = out.whole(null=True)
    created_at = out.moment()
    expires_at = out.moment()
    used_at = out.moment(null=True)
    revoked_at = out.moment(null=True)


class MadeTokenOut(out.Out):
    """A new token: `token` is told this once."""

    id = out.whole()
    token = out.text()


class RightOut(out.Out):
    """A right that a token may be given."""

    name = out.text()
    title = out.text()


class RightsOut(out.Out):
    """The rights that you may give to a token."""

    items = out.many(RightOut)


@door.get("", needs=tokens.NEEDS, listing=listing)
def index() -> Any:
    """Your tokens."""
    return listing(), tokens.visible(access.current().user_id)


@door.get("/of/<int:user_id>", needs="accounts.read", listing=listing)
def of_user(user_id: int) -> Any:
    """Another user's tokens."""
    return listing(), tokens.visible(user_id)


@door.get("/export", needs=tokens.NEEDS, listing=listing, exports=True)
def export() -> Any:
    """Your tokens, all of them."""
    return listing(), tokens.visible(access.current().user_id)


@door.get("/of/<int:user_id>/export", needs="accounts.read", listing=listing, exports=True)
def export_of_user(user_id: int) -> Any:
    """Another user's tokens, all of them."""
    return listing(), tokens.visible(user_id)


@door.get("/rights", needs=tokens.NEEDS, gives=RightsOut)
def rights() -> dict[str, Any]:
    """The rights that you may give to a token."""
    return {"items": [{"name": name, "title": str(title)} for name, title in tokens.rights()]}


@door.post("", needs=tokens.NEEDS, takes=TokenForm, gives=MadeTokenOut, status=201)
def create(wish: TokenWish) -> dict[str, Any]:
    """Make a token: not by a token, but signed in."""
    made = tokens.create(wish)
    return {"id": made.id, "token": made.text}


@door.get("/<int:token_id>", needs=tokens.NEEDS, gives=TokenOut)
def show(token_id: int) -> Token:
    """One token."""
    return tokens.one(token_id)


@door.delete("/<int:token_id>", needs=tokens.NEEDS)
def revoke(token_id: int) -> None:
    """Take a token back."""
    tokens.revoke(token_id)


@door.put("/<int:token_id>/quota", needs="accounts.write", takes=QuotaForm, gives=TokenOut)
def set_quota(wish: dict[str, Any], token_id: int) -> Token:
    """Let a token send more requests a minute, or fewer."""
    tokens.set_quota(token_id, wish["per_minute"])
    return tokens.one(token_id)
