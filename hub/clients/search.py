"""What is looked for of clients: number and name; contact points are never indexed."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from hub.clients import queries
from hub.clients.models import Client
from hub.clients.rules import ERASED
from hub.kernel.search import Search


def _documents() -> Select[Any]:
    former = aliased(Client)
    # The numbers of those who were merged into him find him too.
    numbers = (
        select(func.coalesce(func.aggregate_strings(former.no, " "), ""))
        .where(former.merged_into == Client.id)
        .correlate(Client)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (Client.id, Client.no, Client.name, numbers)
    return select(*columns).where(Client.merged_into.is_(None), Client.name != ERASED)


def _visible() -> Select[Any]:
    return queries.visible(Client.id, Client.name, Client.no)


def _link(client_id: int) -> str:
    return url_for("clients.show", client_id=client_id)


clients = Search(
    name="clients",
    title=_("Clients"),
    needs="clients.read",
    documents=_documents,
    visible=_visible,
    link=_link,
)
