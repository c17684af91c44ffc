"""Makers: rows for tests, by the rooms' own services, inside the unit that is open."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from sqlalchemy import select

from channels.consent import service as consent
from channels.consent.rules import ASKED, Source
from hub.clients import service as clients
from hub.clients.addresses import point
from hub.clients.forms import Profile
from hub.clients.models import Contact
from hub.clients.rules import AddressKind
from hub.kernel import access, work
from hub.kernel.messages import Content, Message, MessageClass

_numbers = itertools.count(1)


def client(
    *, email: str = "", sms: str = "", consent_to: tuple[str, ...] = (), **fields: Any
) -> int:
    """A client → his id; `consent_to` names classes his addresses agreed to."""
    number = next(_numbers)
    said: dict[str, Any] = {
        "no": f"T{number:06}", "name": f"客户{number}", "opened_on": date(2020, 1, 2)
    }  # fmt: skip
    profile = Profile(**(said | fields))
    kinds = ((AddressKind.EMAIL, email), (AddressKind.SMS, sms))
    with access.acting(access.SYSTEM):
        client_id = clients.create(profile, [point(kind, raw) for kind, raw in kinds if raw])
        if consent_to:
            agree(client_id, *(MessageClass(name) for name in consent_to))
    return client_id


def agree(client_id: int, *classes: MessageClass) -> None:
    """Have all addresses of a client consent."""
    statement = consent.Statement(
        granted=True, classes=classes or ASKED, source=Source.STAFF, proof="note",
        wording="I agree to get messages.",
    )  # fmt: skip
    consent.state(statement, select(Contact.address_id).where(Contact.client_id == client_id))


def message(**fields: Any) -> Message:
    """A promotion by e-mail in Chinese, unless the fields say otherwise."""
    texts = {"zh": {"subject": "{{ name }}您好", "text": "市场周报", "sms": "{{ name }}您好"}}
    usual: dict[str, Any] = {
        "cause": f"tests.message:{next(_numbers)}", "klass": MessageClass.PROMOTION,
        "content": Content(texts=texts), "channels": ("email",),
    }  # fmt: skip
    return Message(**(usual | fields))


def session() -> Any:
    """The session of the open unit."""
    return work.session()
