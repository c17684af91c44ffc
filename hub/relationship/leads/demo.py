"""A few made-up leads, so that the pool is not empty."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from hub.brokers.models import Broker
from hub.brokers.rules import BrokerKind
from hub.kernel import clock, work
from hub.relationship.leads.models import Lead, LeadSource, LeadStep
from hub.relationship.leads.rules import LeadConsent, LeadState, StepKind

SOURCES = (("fair", "理财展会", "Fair", 20), ("web", "官网留言", "Web page", 10),
           ("friend", "朋友介绍", "Friend", 40))  # fmt: skip
NAMES = ("赵敏", "钱程", "孙莉", "周舟", "吴桐", "郑好", "冯宁", "陈晨", "褚良", "卫青")


def fill() -> None:
    """Leads of each source, every second with a broker."""
    session, now = work.session(), clock.now()
    sources = [
        LeadSource(code=code, title_zh=zh, title_en=en, weight=weight)
        for code, zh, en, weight in SOURCES
    ]
    session.add_all(sources)
    session.flush()
    people = select(Broker.id).where(Broker.kind == BrokerKind.PERSON).order_by(Broker.id)
    brokers = list(session.scalars(people.limit(len(NAMES))))
    for place, name in enumerate(NAMES):  # ten of them
        broker = brokers[place % len(brokers)] if place % 2 and brokers else None
        at = now - timedelta(days=place * 3)
        lead = Lead(
            name=name, phone=f"+861390000{place:04}", source_id=sources[place % 3].id,
            interest="养老" if place % 3 else "", consent=LeadConsent.WRITTEN,
            consent_on=at.date(), consent_proof=f"登记表 {place + 1}", entered_at=at,
            changed_at=at, broker_id=broker,
            state=LeadState.ASSIGNED if broker else LeadState.NEW,
        )  # fmt: skip
        session.add(lead)
        session.flush()
        session.add(LeadStep(lead_id=lead.id, kind=StepKind.ENTERED, broker_id=broker, at=at))
