"""The lists of users and of their sign-ins."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from hub.accounts import queries, sessions
from hub.accounts.models import Session, User
from hub.accounts.words import device_name, role_names, roles_said, ways
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def users() -> Listing:
    """Everybody who may sign in."""
    return Listing(
        name="users",
        key=User.id,
        default_sort="name",
        columns=_columns(),
        filters=_filters(),
    )  # fmt: skip


def _columns() -> tuple[Column, ...]:
    def link(row: Any) -> str:
        return url_for("accounts.show", user_id=row.id)

    return (
        Column(key="name", label=_("Name"), expr=User.name, sortable=True, link=link),
        Column(
            key="email", label=_("E-mail"), expr=User.email, sortable=True, kind="email",
            open=True,
        ),
        Column(key="phone", label=_("Phone"), expr=User.phone, kind="phone", minor=True),
        Column(key="roles", label=_("Roles"), expr=queries.roles_text(), shown=roles_said),
        Column(
            key="active", label=_("State"), expr=User.active, kind="badge",
            labels={True: _("may sign in"), False: _("locked")},
            tones={True: "green", False: "red"},
        ),
        Column(
            key="last_seen", label=_("Last here"), expr=sessions.last_seen(), kind="time",
            minor=True,
        ),
        Column(
            key="created_at", label=_("Added"), expr=User.created_at, kind="time",
            sortable=True, minor=True,
        ),
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


def sign_ins() -> Listing:
    """A user's devices, present and past."""
    return Listing(
        name="sign-ins",
        key=Session.id,
        default_sort="-first_seen",
        columns=(
            Column(
                key="first_seen", label=_("Signed in"), expr=Session.first_seen, kind="time",
                sortable=True,
            ),
            Column(key="via", label=_("Way"), expr=Session.via, shown=ways),
            Column(key="device", label=_("Device"), expr=Session.device, shown=device_name),
            Column(key="network", label=_("Network address"), expr=Session.network),
            Column(key="last_seen", label=_("Last here"), expr=Session.last_seen, kind="time"),
            Column(key="ended_at", label=_("Ended"), expr=Session.ended_at, kind="time"),
        ),
    )  # fmt: skip
