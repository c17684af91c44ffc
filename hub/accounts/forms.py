"""Untrusted input about users."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from marshmallow import missing

from hub.accounts.rules import Locale, RoleName
from hub.kernel.errors import Invalid
from hub.pages import fields
from hub.pages.forms import Form


class RolesForm(Form):
    """The roles a user shall have, and no others."""

    roles = fields.Several(fields.Choice(RoleName), required=True)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is to sign in, and as what."""

    email: str
    name: str
    role: list[str]
    locale: str


class InvitationForm(Form):
    """A new user."""

    into = Invitation
    email = fields.Text(required=True, most=254)
    name = fields.Text(required=True, most=80)
    role = fields.Several(fields.Choice(RoleName), load_default=list)
    locale = fields.Choice(Locale, load_default=Locale.ZH)


class ScopeForm(Form):
    """The branches a user shall reach."""

    branches = fields.Several(fields.Text(most=80), required=True)


class ForceForm(Form):
    """Whether a second factor is demanded."""

    forced = fields.Yes(required=True, load_default=missing)


class SignInAddressForm(Form):
    """The address a user shall sign in by."""

    kind = fields.Choice(["email", "sms"], required=True)
    address = fields.Text(required=True, most=254)


def roles(sent: Iterable[str]) -> frozenset[RoleName]:
    """The roles that were ticked.

    Raises: Invalid for a role that does not exist.
    """
    known = {role.value: role for role in RoleName}
    wanted = set(sent)
    if not wanted <= set(known):
        raise Invalid({"roles": _("choose roles of the list")})
    return frozenset(known[name] for name in wanted)


def names(sent: str) -> list[str]:
    """Names, one a line or with commas between them."""
    return [part.strip() for part in re.split(r"[\n,，;；]", sent) if part.strip()]
