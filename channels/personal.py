"""What channels holds of a person, for export and erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from channels.deliveries.models import Delivery, Recipient
from channels.sandbox import keeping
from hub.clients.models import Address, Contact
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
    """Forget that he stands in an audience, and what the sandbox's peers got for him.

    Deliveries hold ids only and stay countable.
    """
    keeping.forget(_addresses(person_id))
    work.session().execute(delete(Recipient).where(Recipient.person_id == person_id))


def _addresses(person_id: int) -> list[str]:
    """Every address he has, or was ever written to at."""
    his = select(Contact.address_id).where(Contact.client_id == person_id)
    sent = select(Delivery.address_id).where(Delivery.person_id == person_id)
    found = select(Address.value).where(Address.id.in_(his.union(sent)))
    return list(work.session().scalars(found))
