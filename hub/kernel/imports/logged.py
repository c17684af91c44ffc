"""What the words of the audit log mean: imported files."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "imported": pgettext("logged", "imported"),
    "blanked": pgettext("logged", "a person's lines blanked in a file"),
}
