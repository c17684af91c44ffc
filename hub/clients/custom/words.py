"""How kinds of custom fields are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.custom.rules import NO, YES, CustomKind

KINDS = {
    CustomKind.TEXT: _("Text"),
    CustomKind.NUMBER: _("Number"),
    CustomKind.DAY: _("Day"),
    CustomKind.CHOICE: _("Choice"),
    CustomKind.YES_NO: _("Yes or no"),
}
ANSWERS = ((YES, _("Yes")), (NO, _("No")))
