"""The manifest of accounts."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import (
    api,
    bearer,
    codes,
    demo,
    desk_api,
    factor_views,
    factors,
    identities,
    keeping,
    limits,
    logged,
    own,
    own_views,
    passkey_views,
    security,
    service,
    signin_views,
    signing,
    token_api,
    token_views,
    tokens,
)
from hub.accounts.commands import users
from hub.accounts.rules import Identity, Purpose, RoleName
from hub.accounts.views import door
from hub.accounts.views import panel as users_panel
from hub.kernel import access
from hub.kernel.config import Config
from hub.kernel.module import Demo, Job, Module, Nav, Panel, Permission
from hub.kernel.parameters import Parameter


def init(app: Flask, config: Config) -> None:
    """Give the application its sign-in."""
    security.install(app, config)
    bearer.install(app, signing.actor)
    access.reload_with(tokens.anew)
    codes.know(Purpose.SIGN_IN, _who_signs_in)
    codes.know(Purpose.OLD_ADDRESS, _anybody)
    codes.know(Purpose.NEW_ADDRESS, _anybody)


def _who_signs_in(identity: Identity) -> codes.Target | None:
    user = identities.user_of(identity)
    return codes.Target() if user is not None and user.active else None


def _anybody(identity: Identity) -> codes.Target:
    """Only a user who is signed in asks for these, so the address may be anybody's."""
    del identity
    return codes.Target()


STAFF = tuple(str(role) for role in RoleName if role is not RoleName.CLIENT)

module = Module(
    name="accounts",
    title=_("Users"),
    package="hub.accounts",
    acts=logged.ACTS,
    subjects=logged.SUBJECTS,
    needs=("pages",),
    blueprints=(
        door, signin_views.door, signin_views.exit_door, factor_views.door, passkey_views.door,
        own_views.door, token_views.door, desk_api.door, api.me_door, token_api.door,
    ),
    nav=(
        Nav(
            label=_("Users"), endpoint="accounts.index", needs="accounts.read", icon="user",
            group=_("System"), order=900,
        ),
        Nav(
            label=_("Tokens"), endpoint="tokens.index", needs=tokens.NEEDS, icon="key",
            group=_("System"), order=960,
        ),
        Nav(
            label=_("My sign-in"), endpoint="me.show", needs="own", icon="lock",
            group=_("System"), order=950,
        ),
        Nav(
            label=_("My sign-in"), endpoint="me.show", needs="own", icon="lock", order=90,
            side="portal",
        ),
    ),
    panels=(
        Panel(place="home", name="sign-in", title=_("My sign-in"), render=own_views.panel,
              needs="own", order=900),
        Panel(place="home", name="users", title=_("Users"), render=users_panel,
              needs="accounts.read", order=60),
        Panel(place="portal", name="sign-in", title=_("My sign-in"), render=own_views.panel,
              needs="own", order=900),
    ),
    permissions=(
        Permission(name="accounts.read", title=_("See users"), roles=("operator", "compliance")),
        Permission(name="accounts.write", title=_("Lock users, set roles"), roles=("operator",)),
        Permission(name=tokens.NEEDS, title=_("Make tokens for programs"), roles=STAFF),
    ),
    parameters=(
        *limits.LIMITS,
        *tokens.SETTINGS,
        *keeping.PARAMETERS,
        Parameter(
            name=factors.NEEDED, title=_("Staff must have a second factor"), kind="bool",
            default=True,
        ),
    ),
    jobs=(
        Job(name="accounts.purge_attempts", run=limits.purge),
        *keeping.JOBS,
        Job(name=codes.SEND, run=codes.send),
        Job(name=service.SEND_LINK, run=service.send_link),
        Job(name="accounts.find_for_link", run=own.find_for_link),
    ),
    cron=keeping.CRON,
    retention=keeping.RETENTION,
    commands=(users,),
    demo=Demo(fill=demo.fill, accounts=demo.lines),
    init=init,
)  # fmt: skip
