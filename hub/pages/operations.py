"""How long work is called and coloured, wherever it is shown."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from hub.kernel.operations import OperationState

STATES = {
    OperationState.WAITING: _("waiting"),
    OperationState.RUNNING: _("running"),
    OperationState.DONE: _("done"),
    OperationState.FAILED: _("failed"),
    OperationState.CANCELLED: _("cancelled"),
}
TONES = {
    OperationState.WAITING: "secondary", OperationState.RUNNING: "blue",
    OperationState.DONE: "green", OperationState.FAILED: "red",
    OperationState.CANCELLED: "secondary",
}  # fmt: skip
