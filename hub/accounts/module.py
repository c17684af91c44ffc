"""The manifest of accounts."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import api, bearer, demo, limits, security, token_api, token_views, tokens
from hub.accounts.commands import users
from hub.accounts.rules import RoleName
from hub.accounts.views import door
from hub.kernel.config import Config
from hub.kernel.module import Cron, Demo, Job, Module, Nav, Permission


def init(app: Flask, config: Config) -> None:
    """Give the application its sign-in."""
    security.install(app, config)
    bearer.install(app, security.actor)


STAFF = tuple(str(role) for role in RoleName if role is not RoleName.CLIENT)

module = Module(
    name="accounts",
    title=_("Users"),
    package="hub.accounts",
    needs=("pages",),
    blueprints=(door, token_views.door, api.door, api.me_door, token_api.door),
    nav=(
        Nav(
            label=_("Users"), endpoint="accounts.index", needs="accounts.read", icon="user",
            group=_("System"), order=900,
        ),
        Nav(
            label=_("Tokens"), endpoint="tokens.index", needs=tokens.NEEDS, icon="key",
            group=_("System"), order=950,
        ),
    ),
    permissions=(
        Permission(name="accounts.read", title=_("See users"), roles=("operator", "compliance")),
        Permission(name="accounts.write", title=_("Lock users, set roles"), roles=("operator",)),
        Permission(name=tokens.NEEDS, title=_("Make tokens for programs"), roles=STAFF),
    ),
    parameters=(*limits.LIMITS, *tokens.SETTINGS),
    jobs=(Job(name="accounts.purge_attempts", run=limits.purge),),
    cron=(Cron(job="accounts.purge_attempts", every_s=3600),),
    commands=(users,),
    demo=Demo(fill=demo.fill, accounts=demo.lines),
    init=init,
)  # fmt: skip
