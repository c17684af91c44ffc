"""What the ledger says now, as selects of address ids: the truth behind the flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, or_, select

from channels.consent.models import Consent, Suppression
from hub.kernel import clock
from hub.kernel.messages import MessageClass


def newest(klass: MessageClass, *, granted: bool) -> Callable[[], Select[Any]]:
    """Addresses whose newest statement about a class grants it, or refuses it."""

    def select_ids() -> Select[Any]:
        last = (
            select(func.max(Consent.id).label("id"))
            .where(Consent.klass == klass.value)
            .group_by(Consent.address_id)
            .subquery()
        )
        return (
            select(Consent.address_id)
            .join(last, last.c.id == Consent.id)
            .where(Consent.granted.is_(granted))
        )

    return select_ids


def suppressed() -> Select[Any]:
    """Addresses whose newest decision closes them, and whose time is not over."""
    last = select(func.max(Suppression.id).label("id")).group_by(Suppression.address_id).subquery()
    return (
        select(Suppression.address_id)
        .join(last, last.c.id == Suppression.id)
        .where(Suppression.active)
        .where(or_(Suppression.until.is_(None), Suppression.until > clock.now()))
    )
