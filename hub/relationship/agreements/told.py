"""What agreements tell on a client's timeline: which version holds from when."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Select, select

from hub.clients import queries as clients
from hub.kernel.dated import known
from hub.kernel.timelines import Timeline, Whose, row
from hub.relationship.agreements.models import Agreement, AgreementVersion
from hub.relationship.agreements.queries import READ


def _versions(client: Whose) -> tuple[Select[Any], ...]:
    version = AgreementVersion
    told = row(
        version.id, day=version.valid_from, what="version", detail=version.number,
        text=Agreement.title,
    )  # fmt: skip
    signed = select(*told).join(Agreement, Agreement.id == version.agreement_id)
    return (signed.where(version.client_id.in_(clients.rows_of(client)), known(version)),)


TIMELINE = Timeline(
    name="agreements", title=l_("Agreements"), needs=READ, icon="file-text", rows=_versions,
    told=lambda _what, number: _("From this day version %(number)s holds:", number=number),
)  # fmt: skip
