"""What the words of the audit log mean: brokers, their places and teams."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "placed": pgettext("logged", "placed in the tree"),
    "appointed": pgettext("logged", "given a post"),
    "post-ended": pgettext("logged", "post ended"),
    "frozen": pgettext("logged", "frozen"),
    "thawed": pgettext("logged", "let work again"),
    "left": pgettext("logged", "left"),
    "user-linked": pgettext("logged", "sign-in named"),
    "qualified": pgettext("logged", "qualification noted"),
    "licence-ended": pgettext("logged", "qualification ended"),
    "joined": pgettext("logged", "joined"),
    "ended": pgettext("logged", "ended"),
    "target-set": pgettext("logged", "target set"),
}
SUBJECTS = {
    "broker": _("broker"),
    "brokers": _("list of brokers"),
    "branch": _("branch"),
    "team": _("team"),
    "teams": _("list of teams"),
    "tree": _("file of moves"),
}
