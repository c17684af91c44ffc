"""Leads from a file: set-based, the same file twice changes nothing, clients are passed over."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as l_
from sqlalchemy import Date, String, exists, func, insert, literal, select, true

from hub.clients.duplicates.entry import note_told
from hub.clients.import_fields import mailbox_of, phone_of
from hub.clients.models import Address, Client, Contact
from hub.clients.rules import AddressKind
from hub.kernel import access, clock, work
from hub.kernel.base import table_of
from hub.kernel.imports.kinds import ImportField, Kind
from hub.kernel.imports.slices import Slice
from hub.kernel.imports.values import choice_of, past_day, text_of
from hub.kernel.sentences import N_
from hub.relationship.leads.models import Lead, LeadSource, LeadStep
from hub.relationship.leads.rules import INTEREST_MOST, PROOF_MOST, LeadState, StepKind
from hub.relationship.leads.words import CONSENT_WORDS

NO_SOURCE = N_("there is no source of leads with this code")
IS_CLIENT = N_("somebody with this phone is known to the firm already")


def check(part: Slice) -> None:
    """Tell new leads from known ones; refuse clients and unknown sources.

    Shape: whoever learns so of a client whom he does not see is logged, as when he enters a lead.
    """
    lead, row = table_of(Lead).c, part.rows.c
    known = select(func.min(lead.id)).where(lead.phone == row.key)
    part.tell(true(), target_id=known.scalar_subquery(), outcome="created")
    part.tell(row.target_id.is_not(None), outcome="unchanged")
    source = exists().where(
        LeadSource.code == part.value("source"), LeadSource.retired_at.is_(None)
    )
    part.refuse(~source, NO_SOURCE, field="source")
    users = (
        select(Client.id)
        .join(Contact, Contact.client_id == Client.id)
        .join(Address, Address.id == Contact.address_id)
        .where(Address.kind == AddressKind.SMS.value)
    )
    told = select(row.key).where(part.good(), row.target_id.is_(None))
    unseen = ~access.scope(part.actor, "client", Client.id)
    learned = users.where(Address.value.in_(told), unseen).distinct()
    note_told(work.session().scalars(learned).all())
    client = users.where(Address.value == row.key).exists()
    part.refuse(row.target_id.is_(None) & client, IS_CLIENT, field="phone")


def apply(part: Slice) -> None:
    """Write the new ones into the pool, or for the broker who brings them."""
    staged = part.select(
        "name", "email", "city", "interest", "source", "consent", "consent_on", "proof"
    )
    now, mine = literal(clock.now(), Lead.entered_at.type), part.actor
    own = mine.broker_id if not mine.holds("leads.assign") else None
    state = LeadState.NEW if own is None else LeadState.ASSIGNED
    broker, user = literal(own, Lead.broker_id.type), literal(mine.user_id, Lead.entered_by.type)
    rows = select(
        staged.c.name, staged.c.key, staged.c.email, staged.c.city,
        func.coalesce(staged.c.interest, ""), LeadSource.id, staged.c.consent,
        staged.c.consent_on, staged.c.proof, literal(state.value), broker, user, now, now,
    ).join(LeadSource, LeadSource.code == staged.c.source)  # fmt: skip
    columns = [
        "name", "phone", "email", "city", "interest", "source_id", "consent", "consent_on",
        "consent_proof", "state", "broker_id", "entered_by", "entered_at", "changed_at",
    ]  # fmt: skip
    new = rows.where(staged.c.target_id.is_(None))
    work.session().execute(insert(table_of(Lead)).from_select(columns, new))
    _note_steps(part, broker, user)


def _note_steps(part: Slice, broker: Any, user: Any) -> None:
    lead, row = table_of(Lead).c, part.rows.c
    made = select(func.max(lead.id)).where(lead.phone == row.key).scalar_subquery()
    part.tell(row.target_id.is_(None), target_id=made, outcome="created")
    staged = part.select()
    entered = select(
        staged.c.target_id, literal(StepKind.ENTERED.value), literal(part.filename[:255]), broker,
        user, literal(clock.now(), LeadStep.at.type),
    ).where(staged.c.outcome == "created")  # fmt: skip
    columns = ["lead_id", "kind", "said", "broker_id", "by_user", "at"]
    work.session().execute(insert(table_of(LeadStep)).from_select(columns, entered))


def _field(name: str, title: Any, parse: Any, *aliases: str, **more: Any) -> ImportField:
    return ImportField(name=name, title=title, parse=parse, aliases=aliases, **more)


leads = Kind(
    name="leads",
    title=l_("Leads"),
    needs="leads.import",
    key="phone",
    onward=((l_("Leads"), "/leads/"),),
    check=check,
    apply=apply,
    fields=(
        _field(
            "phone", l_("Phone"), phone_of, "mobile", "tel", "手机", "手机号", "电话",
            required=True, type=String(16),
        ),
        _field("name", l_("Name"), text_of(120), "full name", "姓名", "名称", required=True,
               type=String(120)),
        _field(
            "source", l_("Source"), text_of(32), "source code", "lead source", "来源", "渠道",
            required=True, type=String(32),
        ),
        _field(
            "consent", l_("How he agreed"), choice_of(CONSENT_WORDS), "consent", "how", "同意方式",
            required=True, type=String(16),
        ),
        _field(
            "consent_on", l_("Agreed on"), past_day, "consent date", "同意日期", required=True,
            type=Date(),
        ),
        _field(
            "proof", l_("Proof of consent"), text_of(PROOF_MOST), "proof", "evidence", "凭证",
            "同意凭证", required=True, type=String(PROOF_MOST),
        ),
        _field("email", l_("E-mail"), mailbox_of, "email", "mail", "邮箱", type=String(254)),
        _field("city", l_("City"), text_of(80), "town", "城市", type=String(80)),
        _field(
            "interest", l_("Interest"), text_of(INTEREST_MOST), "wish", "interest", "意向", "需求",
            type=String(INTEREST_MOST),
        ),
    ),
)  # fmt: skip
