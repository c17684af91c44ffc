"""What the words of the audit log mean: people who sign in, and their programs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "signed-in": pgettext("logged", "signed in"),
    "sign-in-failed": pgettext("logged", "sign-in failed"),
    "tries-used-up": pgettext("logged", "tries used up"),
    "session-ended": pgettext("logged", "session ended"),
    "sessions-ended": pgettext("logged", "sessions ended"),
    "password-set": pgettext("logged", "password set"),
    "address-changed": pgettext("logged", "sign-in address changed"),
    "second-factor-set": pgettext("logged", "second factor set up"),
    "second-factor-dropped": pgettext("logged", "second factor taken away"),
    "second-factor-reset": pgettext("logged", "second factor reset"),
    "second-factor-forced": pgettext("logged", "second factor demanded or not"),
    "recovery-codes-made": pgettext("logged", "recovery codes made"),
    "recovery-code-used": pgettext("logged", "recovery code used"),
    "locked": pgettext("logged", "locked"),
    "unlocked": pgettext("logged", "unlocked"),
    "roles-set": pgettext("logged", "roles set"),
    "scope-set": pgettext("logged", "reach set"),
    "link-sent": pgettext("logged", "link sent"),
    "quota-set": pgettext("logged", "quota set"),
    "revoked": pgettext("logged", "revoked"),
    "tokens-revoked": pgettext("logged", "all tokens revoked"),
    "token-refused": pgettext("logged", "token refused"),
}
SUBJECTS = {
    "user": _("user"),
    "token": _("token"),
    "users": _("list of users"),
    "sign-ins": _("list of sign-ins"),
    "tokens": _("list of tokens"),
}
