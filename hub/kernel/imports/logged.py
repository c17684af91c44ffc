"""What the words of the audit log mean: imported files."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "import-resumed": pgettext("logged", "halted import resumed"),
    "imported": pgettext("logged", "imported"),
    "blanked": pgettext("logged", "a person's lines blanked in a file"),
}
