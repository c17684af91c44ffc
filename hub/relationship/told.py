"""What this room tells on a client's timeline: who served him from when."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Select, select

from hub.brokers.models import Broker
from hub.clients import queries as clients
from hub.kernel.timelines import Timeline, Whose, row
from hub.relationship.models import Serving


def _serving(client: Whose) -> tuple[Select[Any], ...]:
    told = row(Serving.id, day=Serving.valid_from, what="served", text=Broker.name)
    served = Serving.client_id.in_(clients.rows_of(client))
    return (
        select(*told)
        .join(Broker, Broker.id == Serving.broker_id)
        .where(served, Serving.known_to.is_(None)),
    )


TIMELINE = Timeline(
    name="serving", title=l_("Serving broker"), needs="clients.read", icon="route", rows=_serving,
    told=lambda _what, _detail: _("Served from this day by:"),
)  # fmt: skip
