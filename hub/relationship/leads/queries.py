"""Reads of leads: whoever works on one sees it, and whoever leads him; managers see the pool."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select

from hub.brokers import queries as brokers
from hub.brokers.models import Broker
from hub.clients import addresses
from hub.clients import queries as clients
from hub.clients.addresses import Point
from hub.clients.rules import AddressKind
from hub.kernel import access, clock, gate, parameters, work
from hub.kernel.errors import NotFound
from hub.relationship.hands import hands_of
from hub.relationship.leads.models import Lead, LeadSource, LeadStep
from hub.relationship.leads.rules import FRESH_DAYS, LIVE

READ, WRITE, ASSIGN, SOURCES = "leads.read", "leads.write", "leads.assign", "leads.sources"
KIND = "lead"
POINTS = "relationship.lead_points_"
# What a lead is worth beside its source: parameter → its title.
WORTH = {
    "phone": _("has a phone"), "email": _("has a mailbox"), "interest": _("said what he wants"),
    "fresh": _("came in the last two weeks"),
}  # fmt: skip


def visible() -> Select[Any]:
    """Leads of brokers whom the actor sees or stands in for; his own entries; the pool."""
    actor = access.current()
    pooled = Lead.broker_id.is_(None) if actor.holds(ASSIGN) else false()
    hands = hands_of(actor.broker_id) if actor.broker_id is not None else None
    mine = Lead.broker_id.in_(hands) if hands is not None else false()
    entered = Lead.entered_by == actor.user_id
    seen = access.scope(actor, brokers.KIND, Lead.broker_id)
    return (
        select(Lead)
        .join(LeadSource, LeadSource.id == Lead.source_id)
        .outerjoin(Broker, Broker.id == Lead.broker_id)
        .where(or_(seen, mine, entered, pooled))
    )


def one(lead_id: int, verb: str = READ) -> Lead:
    """A lead that the present actor may see.

    Raises: NotFound.
    """
    found: Lead | None = work.session().scalar(visible().where(Lead.id == lead_id))
    if found is None:
        gate.note_refusal(Lead, lead_id, access.current(), kind=KIND, verb=verb)
        raise NotFound
    return found


def operable(lead_id: int, verb: str) -> Lead:
    """A lead that the present actor works on: his own, or of one he stands in for.

    Raises: NotFound, Forbidden.
    """
    row = one(lead_id, verb)
    if not works_on(row):
        gate.refuse(Lead, lead_id, kind=KIND, verb=verb)
    return row


def works_on(lead: Lead) -> bool:
    """Whether the present actor works on a lead."""
    actor = access.current()
    if actor.is_system:
        return True
    if actor.broker_id is None or lead.broker_id is None:
        return False
    hands = hands_of(actor.broker_id).subquery()
    return work.session().scalar(select(hands.c.id).where(hands.c.id == lead.broker_id)) is not None


def shown(lead: Lead) -> dict[str, str | None]:
    """Phone and mailbox of a lead: whole for whoever works on it, masked for the others."""
    given = {AddressKind.SMS: lead.phone, AddressKind.EMAIL: lead.email}
    whole = works_on(lead)
    told = {
        kind: value if value is None or whole else addresses.masked(kind, value)
        for kind, value in given.items()
    }
    return {"phone": told[AddressKind.SMS], "email": told[AddressKind.EMAIL]}


def same_as(phone: str | None, email: str | None) -> Select[Any]:
    """Ids of live leads that are reached alike."""
    alike = [Lead.phone == phone] if phone else []
    alike += [Lead.email == email] if email else []
    return select(Lead.id).where(or_(*alike), Lead.state.in_(LIVE))


def points() -> ColumnElement[int]:
    """What a lead is worth: its source, and what is known of it, by today's parameters."""
    total: Any = LeadSource.weight
    for name, condition in _conditions().items():
        total = total + case((condition, parameters.get(POINTS + name)), else_=0)
    return total  # type: ignore[no-any-return]


def explained(lead: Lead) -> list[tuple[Any, int]]:
    """The points one by one: what for, and how many."""
    source = work.session().get_one(LeadSource, lead.source_id)
    held = select(*(condition.label(name) for name, condition in _conditions().items()))
    row = work.session().execute(held.where(Lead.id == lead.id)).mappings().one()
    worth = [
        (title, int(parameters.get(POINTS + name))) for name, title in WORTH.items() if row[name]
    ]
    return [(title_of(source), source.weight), *worth]


def _conditions() -> dict[str, ColumnElement[bool]]:
    since = clock.now() - timedelta(days=FRESH_DAYS)
    return {
        "phone": Lead.phone.is_not(None), "email": Lead.email.is_not(None),
        "interest": Lead.interest != "", "fresh": and_(Lead.entered_at >= since),
    }  # fmt: skip


def title_of(source: LeadSource) -> str:
    """What a source is called in the reader's language."""
    return source.title_zh if str(get_locale() or "en").startswith("zh") else source.title_en


def sources(*, retired: bool = False) -> list[LeadSource]:
    """Where leads come from."""
    rows = select(LeadSource).order_by(LeadSource.retired_at.is_not(None), LeadSource.code)
    every = list(work.session().scalars(rows))
    return [one for one in every if retired or one.retired_at is None]


def steps(lead_id: int) -> list[LeadStep]:
    """What happened to a lead, the latest first."""
    rows = select(LeadStep).where(LeadStep.lead_id == lead_id).order_by(LeadStep.id.desc())
    return list(work.session().scalars(rows))


def of_client(client_id: int) -> list[Lead]:
    """The leads that became a client, or one merged into him."""
    rows = select(Lead).where(Lead.client_id.in_(clients.rows_of(client_id))).order_by(Lead.id)
    return list(work.session().scalars(rows))


def personal(client_id: int) -> list[dict[str, Any]]:
    """What was noted of a client before he was one, for his own file."""
    return [
        {
            "name": lead.name, "phone": lead.phone, "email": lead.email, "city": lead.city,
            "interest": lead.interest, "consent": lead.consent,
            "consent_on": lead.consent_on.isoformat(), "proof": lead.consent_proof,
            "steps": [{"kind": step.kind, "said": step.said, "at": step.at.isoformat()}
                      for step in steps(lead.id)],
        }
        for lead in of_client(client_id)
    ]  # fmt: skip


def reached(lead: Lead) -> tuple[Point, ...]:
    """How a lead is reached, as a client's points."""
    found = (
        addresses.phone(lead.phone) if lead.phone else None,
        addresses.mailbox(lead.email) if lead.email else None,
    )
    return tuple(one for one in found if one is not None)
