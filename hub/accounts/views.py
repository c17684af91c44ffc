"""Pages for the operator: who signs in, what he may do, whether he may at all."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from hub.accounts import forms, queries, service
from hub.accounts.models import User
from hub.accounts.words import role_names
from hub.kernel import access
from hub.kernel.doors import Door
from hub.pages import htmx
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing

door = Door("accounts", __name__, url_prefix="/users", template_folder="templates")


def _listing() -> Listing:
    def link(row: Any) -> str:
        return url_for("accounts.show", user_id=row.id)

    return Listing(
        name="users",
        key=User.id,
        default_sort="name",
        columns=(
            Column(key="name", label=_("Name"), expr=User.name, sortable=True, link=link),
            Column(
                key="email", label=_("E-mail"), expr=User.email, sortable=True, kind="email",
                open=True,
            ),
            Column(key="roles", label=_("Roles"), expr=queries.roles_text()),
            Column(
                key="active", label=_("State"), expr=User.active, kind="badge",
                labels={True: _("may sign in"), False: _("locked")},
                tones={True: "green", False: "red"},
            ),
            Column(
                key="created_at", label=_("Since"), expr=User.created_at, kind="time",
                sortable=True, minor=True,
            ),
        ),
        filters=_filters(),
    )  # fmt: skip


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(key="q", label=_("Search"), exprs=(User.name, User.email)),
        Filter(
            key="role",
            label=_("Role"),
            kind="choice",
            choices=lambda: tuple(role_names()),
            where=queries.has_role,
        ),
    )


@door.get("/", needs="accounts.read")
def index() -> str:
    """Everybody who may sign in."""
    page = _listing().page(queries.users(), request.args)
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
