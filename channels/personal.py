"""What channels holds of a person, for export and erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from channels.deliveries.models import Delivery, Recipient
from hub.kernel import work

TABLES = ("channels_delivery", "channels_recipient")


def export(person_id: int) -> dict[str, Any]:
    """Every message that was meant for the person."""
    rows = work.session().execute(
        select(Delivery.id, Delivery.channel, Delivery.state, Delivery.reason, Delivery.at).where(
            Delivery.person_id == person_id
        )
    )
    return {"deliveries": [dict(row._mapping) for row in rows]}  # noqa: SLF001 - SQLAlchemy's API


def erase(person_id: int) -> None:
    """Forget that he stands in an audience; deliveries hold ids only and stay countable."""
    work.session().execute(delete(Recipient).where(Recipient.person_id == person_id))
