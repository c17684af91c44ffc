"""What the words of the audit log mean: lists that leave the house."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "exported": pgettext("logged", "exported"),
}
