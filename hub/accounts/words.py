"""What roles, devices and ways to sign in are called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from hub.accounts.rules import RoleName


def role_names() -> list[tuple[str, Any]]:
    """(role, name) pairs in the order of the house."""
    names = {
        RoleName.CLIENT: _("client"),
        RoleName.BROKER: _("broker"),
        RoleName.AGENT: _("service agent"),
        RoleName.MANAGER: _("manager"),
        RoleName.COMPLIANCE: _("compliance"),
        RoleName.FINANCE: _("finance"),
        RoleName.MARKETING: _("marketing"),
        RoleName.PRINCIPAL: _("principal"),
        RoleName.OPERATOR: _("operator"),
    }
    return [(role.value, name) for role, name in names.items()]


def roles_said(codes: str) -> str:
    """Roles by name, from their codes with commas between."""
    names = dict(role_names())
    return ", ".join(str(names.get(code, code)) for code in codes.split(", "))


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_name(agent: str) -> str:
    """A browser and its system, from how it names itself: enough to recognise one's own."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or str(_("an unknown device"))


def way_names() -> dict[str, Any]:
    """What the steps of a sign-in are called."""
    return {
        "password": _("password"),
        "code": _("one-time code"),
        "app": _("authenticator app"),
        "passkey": _("passkey"),
        "recovery": _("recovery code"),
        "activation": _("activation"),
    }


def ways(via: str) -> str:
    """How a session was begun, in words."""
    names = way_names()
    return " + ".join(str(names.get(part, part)) for part in via.split("+"))
