"""A client's class is set by those who answer for it; what held before stays known."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_

from hub.clients import facts
from hub.clients import queries as clients
from hub.clients.suitability import queries
from hub.clients.suitability.forms import Assessment
from hub.kernel import access, audit
from hub.kernel.errors import Conflict
from hub.kernel.parameters import Parameter

RIGHT = "clients.classify"
PARAMETER = Parameter(
    name=queries.YEARS, title=l_("A suitability assessment is good for"), kind="int", default=2,
    unit="years", low=Decimal(1), high=Decimal(10),
)  # fmt: skip


def classify(client_id: int, wish: Assessment) -> None:
    """Record the class that a client was assessed for, from the day of the assessment on.

    An act of office: done to every client whom the actor sees.

    Raises: NotFound, Forbidden; Conflict for a day before the newest assessment.
    """
    access.demand(RIGHT)
    clients.one(client_id)
    present = queries.standing(client_id)
    if present is not None and wish.assessed_on < present.assessed_on:
        text = _("There is a later assessment, of %(day)s.", day=present.assessed_on)
        raise Conflict(text, code="assessed-later")
    day = wish.assessed_on
    # The day is a fact of its own: who is found the same again is assessed anew all the same.
    for name, value in ((queries.CLASS, wish.klass.value), (queries.ASSESSED, day.isoformat())):
        facts.record(client_id, name, value, valid_from=day, source=wish.source)
    audit.append("classified", "client", client_id, {"class": wish.klass.value, "on": day})
