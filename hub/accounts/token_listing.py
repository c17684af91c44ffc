"""The list of tokens, for their owner and for the operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import case

from hub.accounts.token_models import Token
from hub.kernel import clock
from hub.pages.lists import Column, Listing

STATES = {"good": _("good"), "expired": _("expired"), "revoked": _("revoked")}
TONES = {"good": "green", "expired": "secondary", "revoked": "red"}


def listing(link: Callable[[Any], str] | None = None) -> Listing:
    """Tokens with their state of this moment."""
    state = case(
        (Token.revoked_at.is_not(None), "revoked"),
        (Token.expires_at <= clock.now(), "expired"),
        else_="good",
    )
    return Listing(
        name="tokens",
        key=Token.id,
        default_sort="-created_at",
        columns=(
            Column(key="name", label=_("Name"), expr=Token.name, sortable=True, link=link),
            Column(key="start", label=_("Begins with"), expr=Token.start),
            Column(key="state", label=_("State"), expr=state, kind="badge", labels=STATES,
                   tones=TONES),
            Column(key="created_at", label=_("Made"), expr=Token.created_at, kind="time",
                   sortable=True, minor=True),
            Column(key="expires_at", label=_("Good until"), expr=Token.expires_at, kind="time",
                   sortable=True),
            Column(key="used_at", label=_("Last used"), expr=Token.used_at, kind="time",
                   sortable=True),
        ),
    )  # fmt: skip
