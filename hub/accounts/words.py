"""What the roles are called."""

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
