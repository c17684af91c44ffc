"""Pages for the operator: who signs in, what he may do, whether he may at all."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hub.accounts import forms, queries, service
from hub.accounts.listing import listing
from hub.accounts.words import role_names
from hub.kernel import access
from hub.kernel.doors import Door
from hub.pages import htmx

door = Door("accounts", __name__, url_prefix="/users", template_folder="templates")


@door.get("/", needs="accounts.read")
def index() -> str:
    """Everybody who may sign in."""
    page = listing().page(queries.users(), request.args)
    return render_template("accounts/index.html", page=page)


@door.get("/<int:user_id>", needs="accounts.read")
def show(user_id: int) -> str:
    """One user: state, roles."""
    actor = access.current()
    return render_template(
        "accounts/show.html",
        user=queries.user(user_id),
        role_names=role_names(),
        may_write=actor.holds("accounts.write"),
        is_self=actor.user_id == user_id,
    )


@door.post("/<int:user_id>/lock", needs="accounts.write")
def lock(user_id: int) -> ResponseReturnValue:
    """End his sessions and let him in no more."""
    service.lock(user_id)
    return htmx.go(url_for("accounts.show", user_id=user_id))


@door.post("/<int:user_id>/unlock", needs="accounts.write")
def unlock(user_id: int) -> ResponseReturnValue:
    """Let him sign in again."""
    service.unlock(user_id)
    return htmx.go(url_for("accounts.show", user_id=user_id))


@door.post("/<int:user_id>/roles", needs="accounts.write")
def set_roles(user_id: int) -> ResponseReturnValue:
    """Give him the ticked roles."""
    service.set_roles(user_id, forms.roles(request.form.getlist("role")))
    return htmx.go(url_for("accounts.show", user_id=user_id))
