"""Care flags are put, ended and end by themselves; the bits on clients follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from hub.clients import queries as clients
from hub.clients.care import queries
from hub.clients.care.forms import CareWish
from hub.clients.care.models import Care
from hub.clients.care.rules import CareKind
from hub.clients.flags import set_flags
from hub.clients.models import Client
from hub.kernel import access, audit, clock, dated, work
from hub.kernel.module import Merger
from hub.kernel.uniting import unite


def put(client_id: int, wish: CareWish) -> None:
    """Have a client treated with care from today on; in place of a flag of this kind.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    present = _present(client_id).where(Care.kind == wish.kind)
    for row in work.session().scalars(present).all():
        _end(row)
    work.session().flush()
    after = wish.last_day + timedelta(days=1) if wish.last_day else None
    work.session().add(
        Care(
            client_id=client_id, kind=wish.kind.value, reason=wish.reason,
            valid_from=clock.firm_day(), valid_to=after, put_by=access.current().user_id,
            put_at=clock.now(),
        )
    )  # fmt: skip
    work.session().flush()
    settle(select(Client.id).where(Client.id == client_id))
    audit.append("care-put", "client", client_id, {"kind": wish.kind.value, "until": after})


def end(client_id: int, care_id: int) -> None:
    """Have a flag hold no longer, from today on.

    Raises: NotFound, Forbidden.
    """
    clients.operable(client_id, "clients.write")
    row = access.found(work.session().scalar(_present(client_id).where(Care.id == care_id)))
    kind = row.kind
    _end(row)
    work.session().flush()
    settle(select(Client.id).where(Client.id == client_id))
    audit.append("care-ended", "client", client_id, {"kind": kind})


def settle(ids: Select[Any]) -> None:
    """Make the bits of these clients what holds for them today, set-based."""
    today = clock.firm_day()
    for kind in CareKind:
        here = queries.holding(kind, today)
        these = select(Client.id).where(Client.id.in_(ids))
        set_flags(kind.value, these.where(Client.id.in_(here)), True)
        set_flags(kind.value, these.where(Client.id.not_in(here)), False)


def catch_up() -> None:
    """Job: what ended with yesterday stops nobody today."""
    settle(select(Care.client_id))


def erase(client_id: int) -> None:
    """Forget why a person was treated with care."""
    work.session().execute(delete(Care).where(Care.client_id == client_id))
    settle(select(Client.id).where(Client.id == client_id))


def merge(merger: Merger) -> None:
    """Give the one who is kept the other's flags."""
    unite(Care, merger, keys=("kind",))


def _present(client_id: int) -> Select[Any]:
    return select(Care).where(Care.client_id == client_id, dated.holds(Care, clock.firm_day()))


def _end(row: Care) -> None:
    """A flag that was put today held on no day: the log alone knows of it."""
    today = clock.firm_day()
    if row.valid_from == today:
        work.session().delete(row)
    else:
        row.valid_to, row.ended_by = today, access.current().user_id
