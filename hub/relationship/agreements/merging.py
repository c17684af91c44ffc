"""Agreements of two clients who turn out to be one."""

from __future__ import annotations

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from hub.kernel import work
from hub.kernel.dated import FOREVER
from hub.kernel.module import Merger
from hub.relationship.agreements.models import Agreement, AgreementVersion


def merge(merger: Merger) -> None:
    """Agreements of the one who goes are the kept one's, but those of days that he has himself."""
    mine, his = aliased(AgreementVersion), aliased(AgreementVersion)
    on_one_day = (his.valid_from < func.coalesce(mine.valid_to, FOREVER)) & (
        mine.valid_from < func.coalesce(his.valid_to, FOREVER)
    )
    meeting = exists().where(
        mine.agreement_id == Agreement.id, mine.known_to.is_(None),
        his.client_id == merger.kept, his.known_to.is_(None), on_one_day,
    )  # fmt: skip
    free = select(Agreement.id).where(Agreement.client_id == merger.gone, ~meeting)
    ids = work.session().scalars(free).all()
    keys = {AgreementVersion: AgreementVersion.agreement_id, Agreement: Agreement.id}
    for model, key in keys.items():
        work.session().execute(
            update(model).where(key.in_(ids)).values(client_id=merger.kept),
            execution_options={"synchronize_session": False},
        )
