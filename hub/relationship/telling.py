"""Clients are told who serves them now, on the channel they prefer if they are reached there."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from hub.brokers import queries as brokers
from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.clients.flags import is_set
from hub.clients.models import Client
from hub.clients.rules import AddressKind
from hub.kernel import messages, work
from hub.kernel.messages import Content, Message, MessageClass

ZH = {
    "subject": "您的服务经纪人有变更",
    "text": "{{ name }}您好:\n\n自{{ day }}起,%s将为您服务。\n如有疑问,请联系我们。",
    "sms": "{{ name }}您好,自{{ day }}起由%s为您服务。",
}
EN = {
    "subject": "Somebody else serves you",
    "text": "Dear {{ name }},\n\nfrom {{ day }} on %s serves you.\nPlease ask us whatever you wish "
    "to know.",
    "sms": "Dear {{ name }}, from {{ day }} on %s serves you.",
}
PERSON = ("{{ broker }}", "{{ broker }}")
DESK = ("{{ broker }}营业部", "the house desk of {{ broker }}")


def tell(change_id: int, people: Select[Any], broker_id: int, day: date) -> None:
    """Write to those of `people` who can be reached that a broker serves them from a day on.

    Shape: whether one may be written to there (consent, suppression, a client not to be
        contacted) is asked by the port's gates.
    """
    if not messages.is_installed():
        return
    for channel, audience in _audiences(people).items():
        if work.session().scalar(select(audience.exists())):
            messages.post_to(_letter(change_id, broker_id, day, channel), audience)


def _audiences(people: Select[Any]) -> dict[str, Select[Any]]:
    """Channel → the clients to be told on it: the one they prefer, else the one there is."""
    chosen = select(Client.id).where(Client.id.in_(people))
    by_mail, by_phone = is_set("has_email", Client.flags), is_set("has_sms", Client.flags)
    prefers = func.coalesce(Client.preferred_channel, AddressKind.EMAIL.value)
    phone_first = prefers == AddressKind.SMS.value
    return {
        "email": chosen.where(by_mail, ~(by_phone & phone_first)),
        "sms": chosen.where(by_phone, ~(by_mail & ~phone_first)),
    }


def _letter(change_id: int, broker_id: int, day: date, channel: str) -> Message:
    broker = work.session().get_one(Broker, broker_id)
    zh, en = DESK if broker.kind == BrokerKind.DESK else PERSON
    texts = {
        "zh": {part: words.replace("%s", zh) for part, words in ZH.items()},
        "en": {part: words.replace("%s", en) for part, words in EN.items()},
    }
    return Message(
        cause=f"relationship.change:{change_id}:{broker_id}:{day}:{channel}",
        klass=MessageClass.SERVICE, content=Content(texts=texts), channels=(channel,),
        variables={"broker": brokers.name_of(broker_id).name, "day": day.isoformat()},
    )  # fmt: skip
