"""What the sender of a batch reads of it: its state, words for reasons."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from channels.deliveries.models import Batch
from hub.kernel.base import Rows
from hub.kernel.reports import Reason

REASONS: Mapping[str, Reason] = {
    "refused": Reason(
        title=_("Refused by the provider"), cure=_("Look at the code; correct the contact point.")
    ),
    "gave_up": Reason(
        title=_("The provider was not ready after several tries"),
        cure=_("Resend to those that failed."),
    ),
    "too_late": Reason(
        title=_("Its time had passed"),
        cure=_("Nothing to do: an old code is worth nothing. Whoever needs one asks for another."),
    ),
    "reply_lost": Reason(
        title=_("The provider's answer was lost"),
        cure=_("It may have arrived, so it is not sent again by itself."),
    ),
}


def batches() -> Rows:
    """Select of batch_id, state, why, snapshot, due_at, started_at, done_at."""
    return select(
        Batch.id.label("batch_id"), Batch.state, Batch.why, Batch.snapshot, Batch.due_at,
        Batch.started_at, Batch.done_at,
    )  # fmt: skip
