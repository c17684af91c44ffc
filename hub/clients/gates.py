"""What stands between a client and a message because of how he is: the bits say it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.clients.care.rules import CareKind
from hub.clients.care.words import TITLES
from hub.kernel.gates import Gate, MessageClass

SERVICE, PROMOTION = MessageClass.SERVICE, MessageClass.PROMOTION

GATES = (
    Gate(
        name="do_not_contact", title=TITLES[CareKind.DO_NOT_CONTACT], order=24,
        flag=CareKind.DO_NOT_CONTACT.value, classes=frozenset({SERVICE, PROMOTION}),
        cure=_("The client's page says who asked for it, why, and when it ends."),
    ),
    Gate(
        name="bereaved", title=TITLES[CareKind.BEREAVED], order=25,
        flag=CareKind.BEREAVED.value, classes=frozenset({PROMOTION}),
        cure=_("Leave the family in peace; the client's page says when the flag ends."),
    ),
)  # fmt: skip
