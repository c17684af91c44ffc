"""Leads are entered, given to a broker, followed up, lost or won."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from hub.brokers import queries as brokers
from hub.brokers import tree
from hub.brokers.models import Broker
from hub.clients import queries as clients
from hub.clients.duplicates import entry
from hub.clients.forms import NewClient, Profile
from hub.clients.models import Client
from hub.kernel import access, audit, clock, gate, keeping, parameters, work, workitems
from hub.kernel.base import table_of
from hub.kernel.errors import Conflict, Invalid
from hub.kernel.workitems import Wish
from hub.relationship import service as serving
from hub.relationship.leads import queries
from hub.relationship.leads.forms import Conversion, LeadWish, Loss, SourceWish, Talk
from hub.relationship.leads.models import Lead, LeadSource, LeadStep
from hub.relationship.leads.queries import ASSIGN, SOURCES, WRITE
from hub.relationship.leads.rules import LIVE, LeadState, StepKind

FOLLOW = "relationship.lead"  # the kind of work item
FORGET = "relationship.forget_leads"
KEEP_DAYS, FIRST_DAYS = "relationship.lead_days", "relationship.lead_first_days"
EVENING = time(18)


def enter(wish: LeadWish) -> int:
    """Write a lead down → its id; a broker's own he works on himself.

    Raises: Forbidden, Invalid, LikelyKnown for a client's likeness, Conflict for a live lead.
    """
    actor = access.demand(WRITE)
    source = work.session().get(LeadSource, wish.source)
    if source is None or source.retired_at is not None:
        raise Invalid({"source": _("Choose where the lead comes from.")})
    entry.refuse_known(_as_client(wish))
    phone, email = (one.value if one else None for one in (wish.phone, wish.email))
    if work.session().scalar(queries.same_as(phone, email).limit(1)) is not None:
        raise Conflict(_("A live lead is reached by the same phone or mailbox."), code="lead-known")
    now = clock.now()
    lead = Lead(
        name=wish.name, phone=phone, email=email, city=wish.city, interest=wish.interest,
        source_id=source.id, consent=wish.consent.value, consent_on=wish.consent_on,
        consent_proof=wish.consent_proof, state=LeadState.NEW, entered_by=actor.user_id,
        entered_at=now, changed_at=now,
    )  # fmt: skip
    work.session().add(lead)
    work.session().flush()
    _step(lead, StepKind.ENTERED, wish.knowingly)
    audit.append("created", "lead", lead.id)
    if actor.broker_id is not None and not actor.holds(ASSIGN):
        _give(lead, actor.broker_id)
    return lead.id


def assign(lead_id: int, broker_no: str) -> None:
    """Have a broker work on a lead: the actor himself, or one who reports to him directly.

    Raises: NotFound, Forbidden, Invalid, Conflict when it is over.
    """
    access.demand(ASSIGN)
    lead = queries.one(lead_id, ASSIGN)
    _refuse_over(lead)
    broker_id = brokers.meant(None, broker_no, "broker_no")
    assert broker_id is not None
    if not work.session().scalar(
        select(Broker.id).where(Broker.id == broker_id, tree.works_on(clock.firm_day()))
    ):
        raise Invalid({"broker_no": _("choose a broker who works here from that day on")})
    for one in {lead.broker_id, broker_id} - {None, access.current().broker_id}:
        assert one is not None
        gate.refuse_unless_may(Broker, one, kind=brokers.KIND, verb=ASSIGN)
    _give(lead, broker_id)


def talk(lead_id: int, wish: Talk) -> None:
    """Note what was said to a lead, and when to ask again.

    Raises: NotFound, Forbidden, Conflict when it is over.
    """
    lead = queries.operable(lead_id, WRITE)
    _refuse_over(lead)
    lead.next_on = wish.next_on
    _move(lead, LeadState.CONTACTED, StepKind.CONTACTED, wish.said)
    _remind(lead)


def lose(lead_id: int, wish: Loss) -> None:
    """Nothing came of a lead, and why.

    Raises: NotFound, Forbidden, Conflict when it is over.
    """
    lead = queries.operable(lead_id, WRITE)
    _refuse_over(lead)
    lead.lost_reason, lead.next_on = wish.lost_reason, None
    _move(lead, LeadState.LOST, StepKind.LOST, wish.lost_said)
    workitems.drop(_cause(lead))


def convert(lead_id: int, wish: Conversion) -> int:
    """A lead is a client now → the client's id; its history stands on his page.

    Raises: NotFound, Forbidden, Invalid, Conflict when it is over; LikelyKnown, NumberTaken.
    """
    lead = queries.operable(lead_id, WRITE)
    _refuse_over(lead)
    client_id = _known(wish.no) if wish.is_known else _taken_in(lead, wish)
    lead.client_id, lead.next_on = client_id, None
    _move(lead, LeadState.WON, StepKind.WON, wish.knowingly)
    workitems.drop(_cause(lead))
    audit.append("lead-converted", "client", client_id, {"lead": lead.id})
    return client_id


def define(wish: SourceWish) -> int:
    """Name a source of leads → its id.

    Raises: Forbidden, Invalid for a code that is taken.
    """
    access.demand(SOURCES)
    if work.session().scalar(select(LeadSource.id).where(LeadSource.code == wish.code)):
        raise Invalid({"code": _("There is a source of this code.")})
    row = LeadSource(
        code=wish.code, title_zh=wish.title_zh, title_en=wish.title_en, weight=wish.weight
    )
    work.session().add(row)
    work.session().flush()
    audit.append("created", "lead-source", row.id, {"weight": wish.weight})
    return row.id


def retire(source_id: int) -> None:
    """Offer a source no more; leads of it stay.

    Raises: NotFound, Forbidden.
    """
    access.demand(SOURCES)
    row = access.found(work.session().get(LeadSource, source_id))
    row.retired_at = row.retired_at or clock.now()
    audit.append("retired", "lead-source", source_id)


def farewell(broker_id: int) -> None:
    """A broker leaves: the leads he works on wait in the pool again, with what was said."""
    mine = select(Lead).where(Lead.broker_id == broker_id, Lead.state.in_(LIVE))
    for lead in work.session().scalars(mine).all():  # those of one broker
        workitems.drop(_cause(lead))
        lead.broker_id, lead.next_on = None, None
        _move(lead, LeadState.NEW, StepKind.POOLED)


def forget_old() -> None:
    """Job: a lead that became nobody's client is not kept for ever."""
    table = table_of(Lead)
    keeping.delete_old(
        table, table.c.changed_at, table.c.client_id.is_(None),
        days=parameters.get(KEEP_DAYS), job=FORGET,
    )  # fmt: skip


def _as_client(wish: LeadWish) -> NewClient:
    profile = Profile(no="", name=wish.name, city=wish.city)
    return NewClient(profile=profile, points=wish.points, knowingly=wish.knowingly)


def _taken_in(lead: Lead, wish: Conversion) -> int:
    points = queries.reached(lead)
    profile = Profile(no=wish.no, name=lead.name, city=lead.city)
    client_id = entry.take_in(NewClient(profile=profile, points=points, knowingly=wish.knowingly))
    if lead.broker_id is not None:
        here = select(Client.id).where(Client.id == client_id)
        serving.assign_all(here, lead.broker_id, valid_from=clock.firm_day(), change=None)
        serving.introduced(client_id, lead.broker_id, anew=True)
    return client_id


def _known(no: str) -> int:
    """The client of this number, whom the actor may change."""
    query = clients.visible(Client.id).where(Client.id.in_(clients.numbered(no)))
    found: int | None = work.session().scalar(query)
    if found is None:
        raise Invalid({"no": _("You see no client of this number.")})
    return clients.operable(found, "clients.write").id


def _refuse_over(lead: Lead) -> None:
    """Nobody writes to a lead that is over, nor two at once to one."""
    work.session().refresh(lead, with_for_update=True)
    if lead.state not in LIVE:
        raise Conflict(_("This lead is over."), code="lead-over")


def _give(lead: Lead, broker_id: int) -> None:
    lead.broker_id = broker_id
    lead.next_on = clock.firm_day() + timedelta(days=parameters.get(FIRST_DAYS))
    state = LeadState.CONTACTED if lead.state == LeadState.CONTACTED else LeadState.ASSIGNED
    _move(lead, state, StepKind.ASSIGNED)
    _remind(lead)


def _move(lead: Lead, state: LeadState, kind: StepKind, said: str = "") -> None:
    lead.state, lead.changed_at = state.value, clock.now()
    _step(lead, kind, said)
    audit.append(f"lead-{kind.value}", "lead", lead.id, {"broker": lead.broker_id})


def _step(lead: Lead, kind: StepKind, said: str) -> None:
    work.session().add(LeadStep(
        lead_id=lead.id, kind=kind.value, said=said, broker_id=lead.broker_id,
        by_user=access.current().user_id, at=clock.now(),
    ))  # fmt: skip
    work.session().flush()


def _cause(lead: Lead) -> str:
    return f"{FOLLOW}:{lead.id}"


def _remind(lead: Lead) -> None:
    """The broker's to-do follows the lead: one item, due on the evening of its day."""
    workitems.drop(_cause(lead))
    broker = work.session().get(Broker, lead.broker_id) if lead.broker_id else None
    if lead.next_on is None or broker is None or broker.user_id is None:
        return
    due = datetime.combine(lead.next_on, EVENING, ZoneInfo(clock.firm_zone()))
    workitems.begin(Wish(
        kind=FOLLOW, cause=_cause(lead), subject_id=lead.id, owner_id=broker.user_id, due_at=due,
        label=str(lead.id),
    ))  # fmt: skip
