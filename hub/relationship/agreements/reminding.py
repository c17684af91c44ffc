"""Agreements that end soon are something to do for who serves, or for his manager."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as l_
from sqlalchemy import ScalarSelect, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker, Line
from hub.brokers.rules import LineKind
from hub.kernel import clock, parameters, work, workitems
from hub.kernel.base import Rows
from hub.kernel.dated import AsOf, known, stands
from hub.kernel.parameters import Parameter
from hub.kernel.workitems import ItemState, WorkItem
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.models import Serving

KIND, JOB = "relationship.expiring", "relationship.remind_of_agreements"
DAYS = Parameter(
    name="relationship.agreement_reminder_days",
    title=l_("Somebody is told of the end of an agreement"), kind="int", default=30,
    unit="days before", low=Decimal(1), high=Decimal(365),
)  # fmt: skip


def remind() -> None:
    """Job: open an item for each agreement that ends within the days, once for each end."""
    today = clock.firm_day()
    until = today + timedelta(days=int(parameters.get(DAYS.name)))
    ends = _ends(today + timedelta(days=1), until).subquery()
    days = work.session().scalars(select(ends.c.end).distinct()).all()
    for day in days:  # at most as many as the parameter says
        workitems.begin_all(KIND, _due(day), due_at=_midnight(day))


def forget(agreement_id: int) -> None:
    """Its end is another one now: nobody needs to look at it."""
    causes = select(WorkItem.cause).where(
        WorkItem.kind == KIND, WorkItem.subject_id == agreement_id,
        WorkItem.state == ItemState.OPEN,
    )  # fmt: skip
    for cause in work.session().scalars(causes).all():
        workitems.drop(cause)


def _ends(first: date, last: date) -> Rows:
    """agreement_id and the day of these on which it is in force no more, as known now."""
    row, other = AgreementVersion, aliased(AgreementVersion)
    longer = exists().where(
        other.agreement_id == row.agreement_id, known(other),
        or_(other.valid_to.is_(None), other.valid_to > row.valid_to),
    )  # fmt: skip
    ends = select(row.agreement_id, row.valid_to.label("end"))
    return ends.where(known(row), row.valid_to.between(first, last), ~longer)


def _due(day: date) -> Rows:
    """Agreements that end with the day before: cause, subject_id, owner_id, label.

    Shape: the owner is who serves the client; of a broker, or where that is nobody who signs in,
        the direct manager; else whoever leads the firm.
    """
    ends, today = _ends(day, day).subquery(), AsOf()
    serving, line, serves, leads = Serving, Line, aliased(Broker), aliased(Broker)
    whose = func.coalesce(serving.broker_id, Agreement.broker_id)
    above = and_(line.broker_id == whose, line.line == LineKind.MANAGEMENT, stands(line, today))
    served = and_(serving.client_id == Agreement.client_id, stands(serving, today))
    owner = func.coalesce(serves.user_id, leads.user_id, _users_of_root())
    cause = literal(f"{KIND}:{day.isoformat()}:") + cast(Agreement.id, String)
    return (
        select(
            cause.label("cause"), Agreement.id.label("subject_id"), owner.label("owner_id"),
            Agreement.no.label("label"),
        )
        .join(ends, ends.c.agreement_id == Agreement.id)
        .outerjoin(serving, served)
        .outerjoin(serves, serves.id == serving.broker_id)
        .outerjoin(line, above)
        .outerjoin(leads, leads.id == line.superior_id)
        .where(Agreement.ended_at.is_(None), owner.is_not(None))
    )  # fmt: skip


def _users_of_root() -> ScalarSelect[int | None]:
    root = select(Broker.user_id).join(Line, Line.broker_id == Broker.id)
    return (
        root.where(
            Line.superior_id.is_(None), Line.line == LineKind.MANAGEMENT, stands(Line, AsOf())
        )
        .correlate(None)
        .scalar_subquery()
    )


def _midnight(day: date) -> datetime:
    """The moment at which a day of the firm begins."""
    return datetime.combine(day, time(), ZoneInfo(clock.firm_zone())).astimezone(UTC)
