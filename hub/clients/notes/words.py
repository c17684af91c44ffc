"""How notes are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.notes.rules import Consent, NoteKind, Source

KINDS = {
    NoteKind.RETIREMENT: _("Need: retirement"),
    NoteKind.EDUCATION: _("Need: education"),
    NoteKind.HOME: _("Need: a home"),
    NoteKind.CASH: _("Need: cash at hand"),
    NoteKind.GROWTH: _("Need: growth"),
    NoteKind.PROTECTION: _("Need: protection"),
    NoteKind.OTHER_NEED: _("Need: other"),
    NoteKind.MARRIAGE: _("Event: marriage"),
    NoteKind.BIRTH: _("Event: birth of a child"),
    NoteKind.DIVORCE: _("Event: divorce"),
    NoteKind.NEW_JOB: _("Event: new job"),
    NoteKind.RETIRED: _("Event: retired"),
    NoteKind.INHERITANCE: _("Event: inheritance"),
    NoteKind.ILLNESS: _("Event: illness"),
    NoteKind.MOVE: _("Event: moved"),
    NoteKind.OTHER_EVENT: _("Event: other"),
    NoteKind.NEWS: _("News"),
}
SOURCES = {
    Source.TALK: _("in a talk"),
    Source.CALL: _("on the phone"),
    Source.MESSAGE: _("in a message"),
    Source.DOCUMENT: _("from a document"),
    Source.SOMEBODY: _("from somebody else"),
    Source.FILE: _("from a file"),
}
CONSENTS = {
    Consent.NOT_ASKED: _("not asked yet"),
    Consent.SPOKEN: _("agreed in words"),
    Consent.WRITTEN: _("agreed in writing"),
    Consent.PORTAL: _("agreed in the portal"),
}
