"""Agreements that end soon are something to do for who serves, or for his manager."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as l_
from sqlalchemy import ScalarSelect, String, and_, cast, func, literal, select
from sqlalchemy.orm import aliased

from hub.brokers.models import Broker, Line
from hub.brokers.rules import LineKind
from hub.kernel import clock, parameters, work, workitems
from hub.kernel.base import Rows
from hub.kernel.dated import FOREVER, AsOf, known, stands
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
    ends = _ends().subquery()
    days = select(ends.c.end).where(ends.c.end > today, ends.c.end <= until).distinct()
    for day in work.session().scalars(days).all():  # at most as many as the parameter says
        workitems.begin_all(KIND, _due(day), due_at=_midnight(day))


def forget(agreement_id: int) -> None:
    """Its end is another one now: nobody needs to look at it."""
    causes = select(WorkItem.cause).where(
        WorkItem.kind == KIND, WorkItem.subject_id == agreement_id,
        WorkItem.state == ItemState.OPEN,
    )  # fmt: skip
    for cause in work.session().scalars(causes).all():
        workitems.drop(cause)


def _ends() -> Rows:
    """agreement_id and the day on which it is in force no more, as known now."""
    row = AgreementVersion
    last = func.max(func.coalesce(row.valid_to, literal(FOREVER, row.valid_from.type)))
    ends = select(row.agreement_id, last.label("end")).where(known(row))
    return ends.group_by(row.agreement_id)


def _due(day: date) -> Rows:
    """Agreements that end with the day before: cause, subject_id, owner_id, label.

    Shape: the owner is who serves the client; of a broker, or where that is nobody who signs in,
        the direct manager; else whoever leads the firm.
    """
    ends, today = _ends().subquery(), AsOf()
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
        .where(ends.c.end == day, Agreement.ended_at.is_(None), owner.is_not(None))
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
