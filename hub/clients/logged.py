"""What the words of the audit log mean: clients, their addresses and segments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

ACTS = {
    "revealed": pgettext("logged", "shown unmasked"),
    "disclosed": pgettext("logged", "handed out to the person"),
    "contact-added": pgettext("logged", "contact added"),
    "contact-removed": pgettext("logged", "contact removed"),
    "contact-primary": pgettext("logged", "contact preferred"),
    "fact-recorded": pgettext("logged", "fact recorded"),
    "flags-rebuilt": pgettext("logged", "flags rebuilt"),
    "care-put": pgettext("logged", "care flag put"),
    "care-ended": pgettext("logged", "care flag ended"),
    "classified": pgettext("logged", "suitability class set"),
    "defined": pgettext("logged", "field defined"),
    "froze": pgettext("logged", "segment frozen"),
    "put-away": pgettext("logged", "put away"),
    "took-out": pgettext("logged", "offered again"),
    "household-joined": pgettext("logged", "joined a household"),
    "household-left": pgettext("logged", "left a household"),
    "listed": pgettext("logged", "put on the list"),
    "known-told": pgettext("logged", "told to be known to the firm"),
    "merged": pgettext("logged", "merged with another"),
    "merged-into": pgettext("logged", "merged into another"),
    "parted-again": pgettext("logged", "merge taken back"),
    "told-apart": pgettext("logged", "told apart from another"),
    "need-met": pgettext("logged", "need met"),
    "note-agreed": pgettext("logged", "consent to a note"),
    "note-removed": pgettext("logged", "note removed"),
    "noted": pgettext("logged", "note taken"),
    "parted": pgettext("logged", "relation ended"),
    "related": pgettext("logged", "relation noted"),
    "retired": pgettext("logged", "retired"),
    "tagged": pgettext("logged", "tag put"),
    "untagged": pgettext("logged", "tag taken off"),
}
SUBJECTS = {
    "client": _("client"),
    "clients": _("list of clients"),
    "duplicate": _("possible duplicate"),
    "duplicates": _("list of duplicates"),
    "segment": _("segment"),
    "segments": _("list of segments"),
    "frozen": _("list of frozen segments"),
    "timeline": _("timeline of a client"),
    "address": _("address"),
    "client-field": _("custom field"),
    "notes": _("import of notes"),
    "tag": _("tag"),
    "tags": _("list of tags"),
}
