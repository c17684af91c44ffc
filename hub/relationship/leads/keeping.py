"""What becomes of the leads of a client who is merged or wiped."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from hub.kernel import work
from hub.kernel.imports import forgetting
from hub.kernel.module import Merger
from hub.relationship.leads.models import Lead


def merge(merger: Merger) -> None:
    """What was a lead of the one who goes is the kept one's."""
    mine = update(Lead).where(Lead.client_id == merger.gone)
    work.session().execute(mine.values(client_id=merger.kept))


def erase(client_id: int) -> None:
    """Forget what was noted of a person before he was a client, and the lines of files of it."""
    mine = select(Lead.phone).where(Lead.client_id == client_id, Lead.phone.is_not(None))
    for number in work.session().scalars(mine).all():
        forgetting.forget("leads", str(number))
    work.session().execute(delete(Lead).where(Lead.client_id == client_id))
