"""Words for states, classes, channels and parts, and the colour each is shown in."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from campaigns.rules import DRAFT, Klass

KLASSES: dict[str, Any] = {
    Klass.PROMOTION: _("Promotion: advertising, only with consent to it"),
    Klass.SERVICE: _("Service: information that belongs to what the client ordered"),
}
KLASS_SHORT: dict[str, Any] = {Klass.PROMOTION: _("Promotion"), Klass.SERVICE: _("Service")}

STATES: dict[str, Any] = {
    DRAFT: _("Draft"),
    "preparing": _("Preparing"),
    "scheduled": _("Scheduled"),
    "sending": _("Sending"),
    "paused": _("Paused"),
    "held": _("Held"),
    "cancelled": _("Cancelled"),
    "done": _("Done"),
}
STATE_TONES = {
    DRAFT: "secondary", "preparing": "azure", "scheduled": "purple", "sending": "blue",
    "paused": "yellow", "held": "red", "cancelled": "secondary", "done": "green",
}  # fmt: skip

# In the order a delivery goes through them.
DELIVERY_STATES: dict[str, Any] = {
    "checking": _("Being checked"),
    "queued": _("Waiting"),
    "submitting": _("On its way"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "failed": _("Failed"),
    "uncertain": _("Uncertain"),
    "suppressed": _("Not sent"),
    "expired": _("Expired"),
    "cancelled": _("Cancelled"),
}
DELIVERY_TONES = {
    "checking": "azure", "queued": "secondary", "submitting": "azure", "sent": "blue",
    "delivered": "green", "failed": "red", "uncertain": "orange", "suppressed": "yellow",
    "expired": "secondary", "cancelled": "secondary",
}  # fmt: skip
OPEN = ("checking", "queued", "submitting")

LANGUAGES: dict[str, Any] = {"zh": _("Chinese"), "en": _("English")}
PARTS: dict[str, Any] = {
    "subject": _("Subject"),
    "text": _("E-mail as plain text"),
    "html": _("E-mail as HTML"),
    "sms": _("SMS"),
}
ENCODINGS: dict[str, Any] = {
    "gsm-7": _("Latin letters: 160 characters, 153 in each of several parts"),
    "ucs-2": _("Unicode: 70 characters, 67 in each of several parts"),
    "china": _("Mainland China: 70 characters, 67 in each of several parts"),
}

REACHED = _("Will get it")
PICTURE = _("Who gets it, and who does not")
