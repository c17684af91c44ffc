"""Untrusted input about a client's access."""

from __future__ import annotations

from hub.pages.fields import Whole
from hub.pages.forms import Form


class AccessAddressForm(Form):
    """Which of his contacts a client shall sign in by."""

    contact = Whole(low=1, required=True)
