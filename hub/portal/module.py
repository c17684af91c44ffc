"""The manifest of the portal."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from flask_babel import lazy_gettext as _

from hub.accounts import codes
from hub.accounts.rules import Identity, Purpose
from hub.kernel.config import Config
from hub.kernel.module import Module, Nav, Panel, Permission, PersonalData
from hub.kernel.parameters import Parameter
from hub.portal import activation, api, desk, details_api, details_views, logged, views


def init(app: Flask, config: Config) -> None:
    """Say who may have a code to come in for the first time."""
    del app, config
    codes.know(Purpose.ACTIVATION, activation.knows)
    codes.know(Purpose.OWN_DATA, _whoever_asked)
    codes.know(Purpose.NEW_CONTACT, _whoever_asked)


def _whoever_asked(_to: Identity) -> codes.Target:
    """Only somebody who is signed in asks for these."""
    return codes.Target()


module = Module(
    name="portal",
    title=_("Client portal"),
    package="hub.portal",
    acts=logged.ACTS,
    needs=("accounts", "clients"),
    blueprints=(views.door, views.activation_door, views.desk_door, api.door, details_views.door,
                details_api.door),
    nav=(
        Nav(label=_("Home"), endpoint="portal.home", needs="own", icon="home", order=0,
            side="portal"),
        Nav(label=_("My data"), endpoint="details.show", needs="own", icon="user", order=60,
            side="portal"),
    ),
    panels=(
        Panel(place="client", name="access", title=_("Access to the portal"), render=views.panel,
              needs=desk.HELP, order=40, later=True),
    ),
    permissions=(
        Permission(name=desk.HELP, title=_("Help clients to come in"), roles=("agent", "manager")),
    ),
    parameters=(
        Parameter(
            name=activation.TRIES, title=_("Tries to activate by one contact a day"), kind="int",
            default=10, unit="tries", low=Decimal(3), high=Decimal(100),
        ),
    ),
    personal_data=PersonalData(
        stays=("accounts_user", "accounts_session", "accounts_passkey", "accounts_recovery_code",
               "accounts_code"),
        export=desk.personal,
        erase=desk.erase,
    ),
    init=init,
)  # fmt: skip
