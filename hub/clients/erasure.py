"""A client's own file, and his wipe: asked for by one, released by another, done by a job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from hub.clients import queries
from hub.clients.duplicates import queries as duplicates
from hub.clients.models import Client
from hub.clients.rules import ERASED
from hub.kernel import access, approvals, audit, keys, outbox, people, search, work

KIND = "clients.erasure"


def file_of(client_id: int) -> bytes:
    """Everything the hub holds of a client, as JSON; that it was made is logged.

    Raises: NotFound, Forbidden.
    """
    access.demand("clients.disclose")
    queries.one(client_id)
    whole = people.file_of(client_id)
    if merged := duplicates.merged_rows(client_id):
        whole["merged"] = [people.file_of(one) for one in merged]
    told = json.dumps(whole, ensure_ascii=False, indent=1)
    actor = access.current()

    def note() -> None:
        with access.acting(actor):
            audit.append("disclosed", "client", client_id)

    work.aside(note)
    return told.encode()


def ask(client_id: int) -> int:
    """Ask a second person to release the wipe of a client → the request's id.

    Raises: NotFound, Forbidden.
    """
    access.demand("clients.erase")
    client = queries.one(client_id)
    if client.merged_into is not None:
        raise queries.Merged(_("This client was merged into another: ask for that one's wipe."))
    return approvals.ask(KIND, client_id, client.no)


def content(client_id: int) -> Mapping[str, Any] | None:
    """What is to be released: whom, and what stays all the same."""
    client = work.session().get(Client, client_id)
    if client is None or client.name == ERASED:
        return None
    return {"client": client.no, "stays": list(people.KEPT)}


def decided(client_id: int, approved: bool) -> None:  # noqa: FBT001 - an approval's two ends
    """Have a released wipe done."""
    if approved:
        outbox.defer("clients.erase", str(client_id), client_id=client_id)


def erase(client_id: int) -> None:
    """Job: wipe a client from every room, in one unit; then from the index.

    Shape: what stays written of rows that were merged into his goes with it.
    """
    for one in (*duplicates.merged_rows(client_id), client_id):
        people.erase(one)
    search.forget()


def is_erased(client_id: int) -> bool:
    """Whether a client was wiped: nothing sealed for him can be opened again."""
    client = work.session().get(Client, client_id)
    return client is not None and client.name == ERASED and not keys.exists(client_id)
