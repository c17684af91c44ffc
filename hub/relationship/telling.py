"""Clients are told who serves them now, by the way on which they are reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from hub.brokers import queries as brokers
from hub.clients.flags import is_set
from hub.clients.models import Client
from hub.kernel import messages, outbox, work
from hub.kernel.messages import Content, Message, MessageClass
from hub.relationship.events import ClientsMoved
from hub.relationship.transfer_models import Transfer
from hub.relationship.transfer_queries import moved_of

TEXTS = {
    "zh": {
        "subject": "您的服务经纪人有变更",
        "text": "{{ name }}您好:\n\n自{{ day }}起,{{ broker }}将为您服务。\n如有疑问,请联系我们。",
        "sms": "{{ name }}您好,自{{ day }}起由{{ broker }}为您服务。",
    },
    "en": {
        "subject": "Somebody else serves you",
        "text": "Dear {{ name }},\n\nfrom {{ day }} on {{ broker }} serves you.\nPlease ask us "
        "whatever you wish to know.",
        "sms": "Dear {{ name }}, from {{ day }} on {{ broker }} serves you.",
    },
}


def tell(row: Transfer) -> None:
    """Publish the change, and write to those clients who can be reached."""
    assert row.moved_on is not None
    outbox.publish(
        ClientsMoved(
            transfer_id=row.id, giver_id=row.giver_id, receiver_id=row.receiver_id,
            valid_from=row.moved_on, people=row.moved,
        )
    )  # fmt: skip
    if not messages.is_installed():
        return
    for channel, audience in _audiences(row).items():
        if work.session().scalar(select(audience.exists())):
            messages.post_to(_letter(row, channel), audience)


def _audiences(row: Transfer) -> dict[str, Select[Any]]:
    """Channel → the clients to be reached on it: by mail, else by phone."""
    handed = moved_of(row)
    people = select(Client.id).where(Client.id.in_(handed), Client.merged_into.is_(None))
    by_mail, by_phone = is_set("has_email", Client.flags), is_set("has_sms", Client.flags)
    return {"email": people.where(by_mail), "sms": people.where(~by_mail, by_phone)}


def _letter(row: Transfer, channel: str) -> Message:
    assert row.moved_on is not None
    return Message(
        cause=f"relationship.transfer:{row.id}:{channel}", klass=MessageClass.SERVICE,
        content=Content(texts=TEXTS), channels=(channel,),
        variables={
            "broker": brokers.name_of(row.receiver_id).name, "day": row.moved_on.isoformat(),
        },
    )  # fmt: skip
