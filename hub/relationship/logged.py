"""What the words of the audit log mean: who serves whom."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "assigned": pgettext("logged", "assigned"),
}
