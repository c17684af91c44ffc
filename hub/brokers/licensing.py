"""Qualifications: noted with number, scope and expiry; ended, never erased."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from hub.brokers import queries
from hub.brokers.forms import Licence
from hub.brokers.models import Qualification
from hub.brokers.rules import QualificationKind
from hub.kernel import access, audit, clock, work
from hub.kernel.dated import meets
from hub.kernel.errors import Conflict, Invalid


def note(broker_id: int, licence: Licence) -> int:
    """Note a broker's qualification → its id.

    Raises: NotFound, Forbidden, Invalid, Conflict for a second one of its kind on one day.
    """
    queries.operable(broker_id, "brokers.write")
    if licence.valid_to is not None and licence.valid_to <= licence.valid_from:
        raise Invalid({"valid_to": _("it has to end after it begins")})
    kind = QualificationKind(licence.kind)
    same = select(Qualification.number).where(
        Qualification.broker_id == broker_id, Qualification.kind == kind,
        meets(Qualification, licence.valid_from, licence.valid_to),
    )  # fmt: skip
    if (number := work.session().scalar(same)) is not None:
        raise Conflict(_("%(number)s holds on some of these days", number=number),
                       code="licence-held")  # fmt: skip
    row = Qualification(
        broker_id=broker_id, kind=kind, number=licence.number, scope=licence.scope,
        valid_from=licence.valid_from, valid_to=licence.valid_to,
        noted_by=access.current().user_id, noted_at=clock.now(),
    )  # fmt: skip
    work.session().add(row)
    work.session().flush()
    audit.append("qualified", "broker", broker_id, {"licence": row.id, "kind": kind})
    return row.id


def end(broker_id: int, licence_id: int, day: date) -> None:
    """A qualification holds no more from a day on.

    Raises: NotFound, Forbidden, Invalid.
    """
    queries.operable(broker_id, "brokers.write")
    his = select(Qualification).where(
        Qualification.id == licence_id, Qualification.broker_id == broker_id
    )
    row = access.found(work.session().scalar(his))
    if day <= row.valid_from:
        raise Invalid({"valid_to": _("it has to end after it begins")})
    row.valid_to = day
    audit.append("licence-ended", "broker", broker_id, {"licence": licence_id, "on": day})
