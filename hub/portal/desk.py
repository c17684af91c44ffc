"""What the firm's people do for a client who cannot come in: another address to sign in by."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from hub.accounts import identities, sessions
from hub.accounts.models import Session, User
from hub.accounts.own import erase as erase_user
from hub.accounts.rules import Identity
from hub.clients import queries as clients
from hub.clients.models import Address, Client, Contact
from hub.kernel import access, audit, work
from hub.kernel.errors import Conflict

HELP = "portal.help"


@dataclass(frozen=True, slots=True)
class Access:
    """How a client comes in, as his page shows it."""

    user: User | None
    last_seen: datetime | None


def of_client(client_id: int) -> Access:
    """Whether a client has activated his access, and when he was last here."""
    session = work.session()
    user = session.scalar(
        select(User).join(Client, Client.user_id == User.id).where(Client.id == client_id)
    )
    if user is None:
        return Access(None, None)
    seen = select(Session.last_seen).where(Session.user_id == user.id)
    return Access(user, session.scalar(seen.order_by(Session.last_seen.desc()).limit(1)))


def of_visible(client_id: int) -> Access:
    """The same, of a client whom the present actor may see.

    Raises: NotFound.
    """
    return of_client(clients.one(client_id).id)


def change_address(client_id: int, contact_id: int) -> None:
    """Have a client sign in by another of his contacts, on the word of whoever helps him.

    Raises: NotFound, Forbidden, Conflict, IdentityTaken.
    """
    clients.operable(client_id, HELP)
    user = of_client(client_id).user
    if user is None:
        raise Conflict(_("this client has not activated his access yet"), code="no-user")
    row = work.session().execute(
        select(Address.kind, Address.value)
        .join(Contact, Contact.address_id == Address.id)
        .where(Contact.id == contact_id, Contact.client_id == client_id)
    )
    kind, value = access.found(row.first())
    identities.write(user, Identity("email" if kind == "email" else "sms", value))
    user.fs_uniquifier = uuid.uuid4().hex
    sessions.end_all(user.id)
    detail = {"kind": kind, "by": "desk", "client": client_id}
    audit.append("address-changed", "user", user.id, detail)


def personal(client_id: int) -> dict[str, Any]:
    """What is held of a client as somebody who signs in."""
    user = of_client(client_id).user
    if user is None:
        return {}
    rows = work.session().scalars(sessions.of_user(user.id).order_by(Session.first_seen))
    return {
        "signs_in_by": [one.value for one in identities.of_user(user)],
        "name": user.name,
        "sign_ins": [
            {"at": row.first_seen.isoformat(), "via": row.via, "device": row.device,
             "network": row.network}
            for row in rows
        ],
    }  # fmt: skip


def erase(client_id: int) -> None:
    """Forget a client as somebody who signs in."""
    user = of_client(client_id).user
    if user is not None:
        erase_user(user.id)
