"""What the ledger says now: the truth behind the flags.

The newest statement counts, by when it was said; of two said at once, the withdrawal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from channels.consent.models import Consent, Suppression
from hub.kernel import clock
from hub.kernel.messages import MessageClass


def newest(klass: MessageClass, *, granted: bool) -> Callable[[], Select[Any]]:
    """Addresses whose newest statement about a class grants it, or refuses it."""

    def select_ids() -> Select[Any]:
        if granted:
            return select(Consent.address_id).where(_stands(Consent, klass))
        return select(Consent.address_id).where(
            Consent.klass == klass.value, refuses(Consent.address_id, klass)
        )

    return select_ids


def agrees(address_id: Any, klass: MessageClass) -> ColumnElement[bool]:
    """Condition: the newest statement of an address about a class grants it."""
    grant = aliased(Consent)
    return select(grant.id).where(grant.address_id == address_id, _stands(grant, klass)).exists()


def refuses(address_id: Any, klass: MessageClass) -> ColumnElement[bool]:
    """Condition: the newest statement of an address about a class withdraws it."""
    said = aliased(Consent)
    withdrawn = select(said.id).where(
        said.address_id == address_id, said.klass == klass.value, ~said.granted
    )
    return withdrawn.exists() & ~agrees(address_id, klass)


def _stands(grant: Any, klass: MessageClass) -> ColumnElement[bool]:
    """Condition: a grant after which, or at the same moment, nothing was withdrawn."""
    later = aliased(Consent)
    withdrawn = select(later.id).where(
        later.address_id == grant.address_id, later.klass == klass.value,
        ~later.granted, later.said_at >= grant.said_at,
    )  # fmt: skip
    stands: ColumnElement[bool] = (
        grant.granted & (grant.klass == klass.value) & ~withdrawn.correlate(grant).exists()
    )
    return stands


def suppressed() -> Select[Any]:
    """Addresses whose newest decision closes them, and whose time is not over."""
    last = select(func.max(Suppression.id).label("id")).group_by(Suppression.address_id).subquery()
    return (
        select(Suppression.address_id)
        .join(last, last.c.id == Suppression.id)
        .where(Suppression.active)
        .where(or_(Suppression.until.is_(None), Suppression.until > clock.now()))
    )
