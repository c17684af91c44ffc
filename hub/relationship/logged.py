"""What the words of the audit log mean: who serves whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "assigned": pgettext("logged", "assigned"),
    "clients-moved": pgettext("logged", "clients got another broker"),
    "concluded": pgettext("logged", "concluded"),
    "version-signed": pgettext("logged", "version signed"),
    "version-corrected": pgettext("logged", "version corrected"),
    "signed-file-kept": pgettext("logged", "signed file kept"),
    "agreement-ended": pgettext("logged", "ended early"),
    "agreements-forgotten": pgettext("logged", "old agreements taken away"),
    "deputised": pgettext("logged", "deputy named"),
    "deputy-called-off": pgettext("logged", "deputy called off"),
    "lead-assigned": pgettext("logged", "lead given to a broker"),
    "lead-contacted": pgettext("logged", "lead contacted"),
    "lead-converted": pgettext("logged", "lead became a client"),
    "lead-pooled": pgettext("logged", "lead put back into the pool"),
    "lead-lost": pgettext("logged", "lead lost"),
    "lead-won": pgettext("logged", "lead won"),
    "transfer-asked": pgettext("logged", "transfer asked for"),
    "transfer-voted": pgettext("logged", "word on a transfer"),
    "transfer-done": pgettext("logged", "transfer done"),
    "transfer-refused": pgettext("logged", "transfer refused"),
    "transfer-withdrawn": pgettext("logged", "transfer withdrawn"),
}
SUBJECTS = {
    "agreement": _("agreement"),
    "agreements": _("list of agreements"),
    "lead": _("lead"),
    "lead-source": _("source of leads"),
    "leads": _("list of leads"),
    "serving": _("change of brokers"),
    "transfer": _("transfer"),
    "relationships": _("file of who serves whom"),
    "transfers": _("list of transfers"),
}
