"""Pages of tokens: one's own, and those of another user for the operator."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hub.accounts import queries, token_forms, tokens
from hub.accounts.token_forms import TokenForm, TokenWish
from hub.accounts.token_listing import STATES, listing
from hub.kernel import access, clock, parameters
from hub.kernel.doors import Door
from hub.pages import exports, htmx
from hub.pages.forms import Answer, Filled, answer, blank, parse

door = Door("tokens", __name__, url_prefix="/tokens", template_folder="templates")


def _link(row: Any) -> str:
    return url_for("tokens.show", token_id=row.id)


@door.get("/", needs=tokens.NEEDS)
def index() -> str:
    """One's own tokens."""
    mine = tokens.visible(access.current().user_id)
    page = listing(_link).page(mine, request.args)
    return render_template("accounts/tokens.html", page=page, owner=None)


@door.get("/export", needs=tokens.NEEDS)
def export() -> Response:
    """The list as CSV."""
    return exports.csv_file(listing(), tokens.visible(access.current().user_id), request.args)


@door.get("/new", needs=tokens.NEEDS)
def new() -> str:
    """The form of a new token."""
    return _form(blank({"days": parameters.get(tokens.DAYS)}))


@door.post("/new", needs=tokens.NEEDS)
def create() -> ResponseReturnValue:
    """Make a token and show it, this once."""

    def act(wish: TokenWish) -> ResponseReturnValue:
        made = tokens.create(wish)
        return render_template("accounts/token_made.html", name=wish.name, made=made)

    return answer(TokenForm, Answer(show=_form, act=act))


@door.get("/<int:token_id>", needs=tokens.NEEDS)
def show(token_id: int) -> str:
    """What a token is good for, and the button that takes it back."""
    token = tokens.one(token_id)
    state = "revoked" if token.revoked_at else "good"
    if state == "good" and token.expires_at <= clock.now():
        state = "expired"
    titles = {name: title for name, title in tokens.rights() if name in token.scopes}
    return render_template(
        "accounts/token.html",
        token=token,
        state=STATES[state],
        is_good=state == "good",
        titles=[titles.get(name, name) for name in token.scopes],
        may_revoke=_may_revoke(token.user_id),
        may_limit=access.current().holds("accounts.write"),
        usual=parameters.get(tokens.PER_MINUTE),
        form=blank({"per_minute": token.per_minute}),
    )


@door.post("/<int:token_id>/revoke", needs=tokens.NEEDS)
def revoke(token_id: int) -> ResponseReturnValue:
    """Take a token back."""
    tokens.revoke(token_id)
    flash(_("The token is revoked: it opens nothing any more."), "success")
    return htmx.go(url_for("tokens.show", token_id=token_id))


@door.post("/<int:token_id>/quota", needs="accounts.write")
def set_quota(token_id: int) -> ResponseReturnValue:
    """Let it send more requests a minute, or fewer."""
    wish = parse(token_forms.QuotaForm, request.form)
    tokens.set_quota(token_id, wish["per_minute"])
    return htmx.go(url_for("tokens.show", token_id=token_id))


@door.get("/of/<int:user_id>", needs="accounts.read")
def of_user(user_id: int) -> str:
    """Another user's tokens."""
    page = listing(_link).page(tokens.visible(user_id), request.args)
    return render_template("accounts/tokens.html", page=page, owner=queries.user(user_id))


@door.get("/of/<int:user_id>/export", needs="accounts.read")
def export_of_user(user_id: int) -> Response:
    """The same as CSV."""
    return exports.csv_file(listing(), tokens.visible(queries.user(user_id).id), request.args)


def _may_revoke(owner_id: int) -> bool:
    actor = access.current()
    return actor.user_id == owner_id or actor.holds("accounts.write")


def _form(filled: Filled) -> str:
    most = parameters.get(tokens.DAYS_MOST)
    return render_template(
        "accounts/token_form.html", form=filled, rights=tokens.rights(), most=most
    )
