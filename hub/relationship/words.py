"""What the values of this room are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.relationship.rules import Seat, TransferState

STATES = {
    TransferState.OPEN: _("waits for consent"),
    TransferState.DONE: _("changed hands"),
    TransferState.REFUSED: _("refused"),
    TransferState.WITHDRAWN: _("withdrawn"),
}
TONES = {
    TransferState.OPEN: "blue", TransferState.DONE: "green", TransferState.REFUSED: "red",
    TransferState.WITHDRAWN: "secondary",
}  # fmt: skip
SEATS = {
    Seat.GIVER: _("Broker who hands over"),
    Seat.GIVERS_MANAGER: _("His direct manager"),
    Seat.RECEIVER: _("Broker who receives"),
    Seat.RECEIVERS_MANAGER: _("The receiver's direct manager"),
}
