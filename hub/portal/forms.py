"""Untrusted input about a client's access."""

from __future__ import annotations

from hub.clients.rules import AddressKind, Language
from hub.pages.fields import Choice, Text, Whole
from hub.pages.forms import Form


class AccessAddressForm(Form):
    """Which of his contacts a client shall sign in by."""

    contact = Whole(low=1, required=True)


class OwnDetailsForm(Form):
    """What a client changes about himself without a second proof."""

    language = Choice(Language, required=True)
    city = Text(most=80, allow_none=True)
    preferred_channel = Choice(AddressKind, allow_none=True)
