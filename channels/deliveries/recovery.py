"""Put right what a dead worker left: its journal says what was on the wire."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import bindparam, select, update

from channels.deliveries.models import Delivery
from channels.deliveries.prepare import cancel_open, close_if_done, locked
from channels.deliveries.rules import BatchState, State
from channels.providers import journal
from hub.kernel import clock, owners, work
from hub.kernel.base import table_of

_deliveries = table_of(Delivery)
_back = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"), _deliveries.c.state == State.SUBMITTING)
    .values(
        state=bindparam("to"),
        reason=bindparam("because"),
        provider_id=bindparam("their_id"),
        code=bindparam("said"),
        owner=bindparam("keeper"),
        lease_until=None,
        at=bindparam("moment"),
    )
)

_SMTP_GOOD = re.compile("2[0-9][0-9]")

_folder: list[Path] = []


def bind(folder: Path) -> None:
    """Say where the journals of this host lie."""
    folder.mkdir(parents=True, exist_ok=True)
    _folder[:] = [folder]


def journal_of(owner: str) -> Path:
    """The journal of an owner on this host."""
    return _folder[0] / f"{owner}.journal"


def recover(owner: str) -> None:
    """Return what was never on the wire to the queue; what may have arrived is uncertain.

    The caller has proven the owner dead; of one on a host out of reach only the claims whose
    lease is over are taken, and his late word may still settle them.
    """
    session, now, here = work.session(), clock.now(), owners.is_here(owner)
    query = select(Delivery.id, Delivery.batch_id).where(
        Delivery.owner == owner, Delivery.state == State.SUBMITTING
    )
    claimed = session.execute(query if here else query.where(Delivery.lease_until < now)).all()
    if claimed:
        named = journal.read(journal_of(owner)) if here else None
        keeper = None if here else owner
        rows = [
            _verdict(row.id, named) | {"row": row.id, "moment": now, "keeper": keeper}
            for row in claimed
        ]
        session.connection().execute(_back, rows)
        for batch_id in sorted({row.batch_id for row in claimed}):
            _settle_batch(batch_id)
    if here and owner != owners.me():
        work.after_commit(lambda: journal_of(owner).unlink(missing_ok=True))


def _settle_batch(batch_id: int) -> None:
    """What came back to a cancelled batch is cancelled; a batch with nothing open is done."""
    batch = locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        cancel_open(batch)
    else:
        close_if_done(batch_id)


def _verdict(row: int, named: dict[int, journal.Noted] | None) -> dict[str, object]:
    lost: dict[str, object] = {
        "to": State.UNCERTAIN,
        "because": "reply_lost",
        "their_id": "",
        "said": "",
    }
    if named is None:
        return lost | {"because": "host_lost"}
    noted = named.get(row)
    if noted is None:
        return {"to": State.QUEUED, "because": "", "their_id": "", "said": ""}
    if not noted.is_replied:
        return lost
    # An SMTP 2xx or the carrier's "sent" accepted it; after a refusal it is tried once more, so
    # that the provider's reason is recorded.
    accepted = noted.code == "sent" or bool(_SMTP_GOOD.fullmatch(noted.code))
    to = State.SENT if accepted else State.QUEUED
    return {"to": to, "because": "", "their_id": noted.provider_id, "said": noted.code}


def look_for_dead() -> None:
    """Job: recover owners of claims that are proven dead, or whose lease on a far host is over."""
    rows = work.session().execute(
        select(Delivery.owner, Delivery.lease_until)
        .where(Delivery.state == State.SUBMITTING, Delivery.owner.is_not(None))
        .distinct()
    )
    now = clock.now()
    for owner, lease in rows.all():
        if owner is None:
            continue
        over = lease is not None and lease < now and not owners.is_here(owner)
        if over or owners.is_dead(owner):
            recover(owner)
