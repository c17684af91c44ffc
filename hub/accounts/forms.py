"""Untrusted input about users."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from hub.accounts.rules import RoleName
from hub.kernel.errors import Invalid
from hub.pages.fields import Choice, Several
from hub.pages.forms import Form


class RolesForm(Form):
    """The roles a user shall have, and no others."""

    roles = Several(Choice(RoleName), required=True)


def roles(sent: Iterable[str]) -> frozenset[RoleName]:
    """The roles that were ticked.

    Raises: Invalid for a role that does not exist.
    """
    known = {role.value: role for role in RoleName}
    wanted = set(sent)
    if not wanted <= set(known):
        raise Invalid({"roles": _("choose roles of the list")})
    return frozenset(known[name] for name in wanted)
