"""What the words of the audit log mean: clients who become users."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "activated": pgettext("logged", "activated"),
    "kept-right": pgettext("logged", "contacts changed by the client"),
}
