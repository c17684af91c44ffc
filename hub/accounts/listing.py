"""The list of users."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from hub.accounts import queries
from hub.accounts.models import User
from hub.accounts.words import role_names
from hub.pages.filters import Filter
from hub.pages.lists import Column, Listing


def listing() -> Listing:
    """Users with their roles."""

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
