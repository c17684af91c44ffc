"""Agreements are kept as long as the law asks, whoever was wiped meanwhile; then they go."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Select, delete, exists, or_, select, union
from sqlalchemy.orm import aliased

from hub.kernel import audit, clock, files, outbox, parameters, work
from hub.kernel.dated import known
from hub.kernel.keeping import SLICE
from hub.kernel.parameters import Parameter
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.service import OWNER

JOB = "relationship.forget_agreements"
# Source: Securities Law of 2019, Art. 137: twenty years at least for what the business rests on.
DAYS = Parameter(
    name="relationship.keep_agreement_days", title=l_("Agreements that are over stay for"),
    kind="int", default=7_305, unit="days", low=Decimal(365), high=Decimal(36_525),
)  # fmt: skip


def forget_old() -> None:
    """Job: take away a slice of what was in force long ago, with the signed files."""
    ids = list(work.session().scalars(_old(int(parameters.get(DAYS.name))).limit(SLICE)))
    if not ids:
        return
    these = select(Agreement.id).where(Agreement.id.in_(ids))
    of_these = AgreementVersion.agreement_id.in_(ids)
    work.session().execute(delete(AgreementVersion).where(of_these))
    files.remove(OWNER, these)
    work.session().execute(delete(Agreement).where(Agreement.id.in_(ids)))
    audit.append("agreements-forgotten", "agreement", None, {"count": len(ids)})
    if len(ids) == SLICE:
        outbox.defer(JOB, secrets.token_hex(8))


def _old(days: int) -> Select[Any]:
    """Ids of agreements whose last day, or the day on which they were voided, is long ago."""
    row, other = AgreementVersion, aliased(AgreementVersion)
    edge = clock.firm_day() - timedelta(days=days)
    longer = exists().where(
        other.agreement_id == row.agreement_id, known(other),
        or_(other.valid_to.is_(None), other.valid_to >= edge),
    )  # fmt: skip
    over = select(row.agreement_id).where(known(row), row.valid_to < edge, ~longer)
    holds = exists().where(row.agreement_id == Agreement.id, known(row))
    long_ago = Agreement.ended_at < clock.now() - timedelta(days=days)
    voided = select(Agreement.id).where(long_ago, ~holds)
    return select(Agreement.id).where(Agreement.id.in_(union(over, voided)))
