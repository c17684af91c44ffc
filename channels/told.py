"""What this room tells on a client's timeline: every message, and what he said about messages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as l_
from sqlalchemy import Date, Select, and_, case, cast, func, null, or_, select, union_all

from channels.consent.models import Consent, Suppression
from channels.consent.words import CHANNEL_TITLES, CLASS_TITLES, STOP_TITLES
from channels.deliveries.models import Batch, Content, Delivery
from channels.deliveries.rules import State
from hub.clients import queries as clients
from hub.clients.models import Client, Contact, PastContact
from hub.kernel.messages import MessageClass
from hub.kernel.timelines import Timeline, Whose, begins, row

STATES = {
    State.CHECKING.value: l_("waits"), State.QUEUED.value: l_("waits"),
    State.SUBMITTING.value: l_("is on its way"), State.SENT.value: l_("sent"),
    State.DELIVERED.value: l_("arrived"), State.FAILED.value: l_("failed"),
    State.UNCERTAIN.value: l_("uncertain"), State.SUPPRESSED.value: l_("not sent"),
    State.EXPIRED.value: l_("expired"), State.CANCELLED.value: l_("cancelled"),
}  # fmt: skip


def _messages(client: Whose) -> tuple[Select[Any], ...]:
    """Every message but codes: those are nobody's business but the reader's."""
    subjects = [
        func.nullif(Content.texts[language][part].as_string(), "")
        for language in ("zh", "en") for part in ("subject", "sms")
    ]  # fmt: skip
    when = func.coalesce(Delivery.at, Batch.created_at)
    told = row(
        Delivery.id, at=when, what=Delivery.channel, detail=Delivery.state,
        text=func.coalesce(*subjects),
    )  # fmt: skip
    return (
        select(*told)
        .join(Batch, Batch.id == Delivery.batch_id)
        .join(Content, Content.id == Batch.content_id)
        .join(Client, Client.id == Delivery.person_id)
        .where(Delivery.person_id.in_(clients.rows_of(client)), Batch.klass != MessageClass.CODE),
    )


def _messages_told(what: str, detail: str) -> str:
    return f"{CHANNEL_TITLES.get(what, what)}: {STATES.get(detail, detail)}"


def _consents(client: Whose) -> tuple[Select[Any], ...]:
    """What was said at his contacts on the days that they were his: not where, nor by whom."""
    here = select(
        Contact.address_id, Contact.valid_from, cast(null(), Date).label("valid_to")
    ).where(Contact.client_id == client)
    past = select(PastContact.address_id, PastContact.valid_from, PastContact.valid_to).where(
        PastContact.client_id == client
    )
    mine = union_all(here, past).subquery("mine")

    def his(address: Any, at: Any) -> Any:
        until = or_(mine.c.valid_to.is_(None), at < begins(mine.c.valid_to))
        return and_(mine.c.address_id == address, at >= begins(mine.c.valid_from), until)

    said = row(
        Consent.id, at=Consent.said_at, what=case((Consent.granted, "agrees"), else_="withdraws"),
        detail=Consent.channel + ":" + Consent.klass,
    )  # fmt: skip
    stopped = row(
        Suppression.id, at=Suppression.at, what=case((Suppression.active, "closed"), else_="open"),
        detail=Suppression.channel + ":" + Suppression.reason,
    )  # fmt: skip
    return (
        select(*said).join(mine, his(Consent.address_id, Consent.at)),
        select(*stopped).join(mine, his(Suppression.address_id, Suppression.at)),
    )


def _consents_told(what: str, detail: str) -> Any:
    channel, _mark, code = detail.partition(":")
    words = {
        "channel": CHANNEL_TITLES.get(channel, channel), "class": CLASS_TITLES.get(code, code),
        "why": STOP_TITLES.get(code, code),
    }  # fmt: skip
    match what:
        case "agrees":
            return _("%(channel)s: agrees to %(class)s", **words)
        case "withdraws":
            return _("%(channel)s: withdraws %(class)s", **words)
        case "closed":
            return _("%(channel)s: contact closed, %(why)s", **words)
    return _("%(channel)s: contact open again", **words)


TIMELINE = (
    Timeline(
        name="messages", title=l_("Messages"), needs="clients.read", icon="mail", rows=_messages,
        told=_messages_told,
    ),
    Timeline(
        name="consents", title=l_("Consents"), needs="consent.read", icon="checklist",
        rows=_consents, told=_consents_told,
    ),
)  # fmt: skip
