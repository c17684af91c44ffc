"""The ledger's codes in the reader's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from channels.consent.rules import Source, Stop

CHANNEL_TITLES = {"email": pgettext("channel", "E-mail"), "sms": _("SMS")}
CLASS_TITLES = {"service": _("service"), "promotion": _("promotion")}
SOURCE_TITLES = {
    Source.IMPORT.value: _("imported file"),
    Source.ONE_CLICK.value: _("one-click unsubscribe"),
    Source.PAGE.value: _("unsubscribe page"),
    Source.STAFF.value: _("staff"),
    Source.DEMO.value: _("demo data"),
}
STOP_TITLES = {
    Stop.BOUNCED.value: _("mail came back"),
    Stop.COMPLAINED.value: _("the recipient complained"),
    Stop.NO_SUCH_NUMBER.value: _("no such number"),
    Stop.BLOCKED.value: _("blocked by the recipient"),
    Stop.BY_HAND.value: _("closed by staff"),
}
SAID_TITLES = {"yes": _("agrees"), "no": _("withdraws")}
