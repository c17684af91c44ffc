"""The manifest of accounts."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import demo, limits, security
from hub.accounts.commands import users
from hub.accounts.views import door
from hub.kernel.config import Config
from hub.kernel.module import Cron, Demo, Job, Module, Nav, Permission


def init(app: Flask, config: Config) -> None:
    """Give the application its sign-in."""
    security.install(app, config)


module = Module(
    name="accounts",
    title=_("Users"),
    package="hub.accounts",
    needs=("pages",),
    blueprints=(door,),
    nav=(
        Nav(
            label=_("Users"), endpoint="accounts.index", needs="accounts.read", icon="user",
            group=_("System"), order=900,
        ),
    ),
    permissions=(
        Permission(name="accounts.read", title=_("See users"), roles=("operator", "compliance")),
        Permission(name="accounts.write", title=_("Lock users, set roles"), roles=("operator",)),
    ),
    parameters=limits.LIMITS,
    jobs=(Job(name="accounts.purge_attempts", run=limits.purge),),
    cron=(Cron(job="accounts.purge_attempts", every_s=3600),),
    commands=(users,),
    demo=Demo(fill=demo.fill, accounts=demo.lines),
    init=init,
)  # fmt: skip
