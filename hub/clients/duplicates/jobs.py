"""The walk over the whole client book, and over those whom a file brought in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from hub.clients.duplicates import finding
from hub.clients.duplicates.models import Duplicate
from hub.clients.duplicates.rules import PairState
from hub.clients.models import Client
from hub.kernel import work, workitems
from hub.kernel.imports.models import Import, Row
from hub.kernel.progress import Teller
from hub.kernel.workitems import Wish

CHUNK = 1_000  # client ids a unit
WORK_KIND = "clients.duplicates"


def walk(teller: Teller, args: Mapping[str, Any]) -> dict[str, int]:
    """Operation: find the pairs of the whole book, a stretch of ids at a time."""
    del args
    found, first = 0, 0
    with work.unit(writes=False):
        last = work.session().scalar(select(func.max(Client.id))) or 0
    while first <= last:
        with work.unit():
            finding.refresh(first, first + CHUNK)
            found += finding.find(_stretch(first), onward=True)
        first += CHUNK
        teller.step(min(first, last), last)
    with work.unit(writes=False):
        waiting = select(func.count()).where(Duplicate.state == PairState.OPEN)
        return {"found": found, "open": work.session().scalar(waiting) or 0}


def look_at_new(import_id: int, first: int, last: int) -> None:
    """Job: find who of those whom a file brought in is in the book already; tell its owner."""
    new = select(Row.target_id).where(
        Row.import_id == import_id, Row.seq >= first, Row.seq < last, Row.outcome == "created"
    )
    found = finding.find(lambda client: client.id.in_(new))
    owner = work.session().scalar(select(Import.owner_id).where(Import.id == import_id))
    if found and owner is not None:
        workitems.begin(Wish(
            kind=WORK_KIND, cause=f"{WORK_KIND}:{import_id}", subject_id=import_id,
            owner_id=owner, label=str(import_id),
        ))  # fmt: skip


def _stretch(first: int) -> finding.Which:
    return lambda client: (client.id >= first) & (client.id < first + CHUNK)
