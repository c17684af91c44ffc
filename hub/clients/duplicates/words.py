"""How clues, states and kinds of rows are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.duplicates.rules import Clue, PairState

CLUES = {
    Clue.ID_NO: _("same identity number"),
    Clue.BANK_CARD: _("same bank card"),
    Clue.PHONE: _("same phone"),
    Clue.MAILBOX: _("same mailbox"),
    Clue.NAME: _("same name"),
    Clue.BIRTHDAY: _("same birthday"),
    Clue.SIMILAR: _("nearly the same phone or mailbox"),
    Clue.BY_HAND: _("named by somebody"),
    Clue.OTHER_ID_NO: _("another identity number"),
    Clue.OTHER_BIRTHDAY: _("another birthday"),
    Clue.OTHER_GENDER: _("another gender"),
}
AGAINST = frozenset({Clue.OTHER_ID_NO, Clue.OTHER_BIRTHDAY, Clue.OTHER_GENDER})
STATES = {
    PairState.OPEN.value: _("to be looked at"),
    PairState.NOT_SAME.value: _("two people"),
    PairState.MERGED.value: _("merged"),
}
TONES = {
    PairState.OPEN.value: "yellow", PairState.NOT_SAME.value: "secondary",
    PairState.MERGED.value: "green",
}  # fmt: skip
# What stands in the way of taking a merge back.
TABLES = {
    "clients_client": _("profile"),
    "clients_contact": _("contacts"),
    "clients_past_contact": _("contacts"),
    "clients_paper": _("papers"),
    "clients_fact": _("dated facts"),
    "clients_tagging": _("tags"),
    "clients_care": _("care flags"),
    "clients_note": _("notes"),
    "clients_relation": _("family and household"),
    "clients_member": _("family and household"),
    "clients_duplicate": _("possible duplicates"),
    "relationship_serving": _("serving broker"),
    "relationship_introduction": _("introduction"),
}
