"""People for the looks at their pages: a line of brokers with all that they may have."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from hub.brokers import licensing, teams
from hub.brokers.forms import Licence
from hub.brokers.models import Broker
from hub.brokers.rules import QualificationKind
from hub.brokers.team_forms import Aim, Joining, TeamCard
from hub.clients.addresses import phone
from hub.clients.custom import service as custom
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.rules import CustomKind
from hub.clients.duplicates import service as duplicates
from hub.clients.models import Client, Contact
from hub.kernel import access, clock, work
from hub.relationship import deputies, transfers
from hub.relationship import queries as reads
from hub.relationship import service as serving
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish, VersionWish
from hub.relationship.agreements.rules import Side
from hub.relationship.forms import DeputyWish, TransferWish
from hub.relationship.leads import service as leads
from hub.relationship.leads.forms import LeadWish, SourceWish, Talk
from hub.relationship.leads.rules import LeadConsent
from tests import make, staff


def line(me: int, broker: int, client: int) -> dict[str, int]:
    """A direct report with all that a broker may have, a team, a transfer, a custom field."""
    today = clock.firm_day()
    mate = staff.broker(name="李雷")
    no = work.session().get_one(Broker, mate).no
    with access.acting(staff.actor(me)):
        team = teams.make(TeamCard(name="一队", branch="Pudong", starts_on=today))
        teams.lead(team, mate, today)
        teams.join(team, Joining(broker=mate, valid_from=today))
        teams.aim_team(team, Aim(measure="introduced", month=today, amount=Decimal(3)))
        licence = Licence(kind=QualificationKind.BROKER, number="S1", valid_from=today)
        licensing.note(mate, licence)
        away = DeputyWish(deputy_no=no, valid_from=today, valid_to=today + timedelta(days=9))
        deputies.name(broker, away)
        transfer = transfers.ask(
            TransferWish(
                giver=broker, receiver_no=no, valid_from=today, reason="搬家", notes="请来电"
            )
        )
        wish = FieldWish(
            kind=CustomKind.TEXT, title_zh="爱好", title_en="Hobby", choices=[], is_filter=True
        )
        field = custom.define(wish)
        contract = AgreementWish(no="B-1", title="委托合同", valid_from=today, plan="net")
        agreement = agreements.conclude(Side.BROKER, mate, contract)
        later = VersionWish(valid_from=today + timedelta(days=30), plan="tiers", terms="见附件")
        agreements.sign(agreement, later)
    contact = work.session().scalars(select(Contact.id).where(Contact.client_id == client)).one()
    return {
        "broker_id": mate, "team_id": team, "transfer_id": transfer, "field_id": field,
        "contact_id": contact, "agreement_id": agreement,
    }  # fmt: skip


def alike(me: int, client: int) -> dict[str, int]:
    """Somebody who may be the client himself, and a lead."""
    today = clock.firm_day()
    with access.acting(access.SYSTEM):
        other = make.client(name="王 芳", city="北京", birthday=date(1980, 2, 3))
        nos = [work.session().get_one(Client, one).no for one in (client, other)]
        pair = duplicates.name(*nos)
        broker = reads.broker_of(client)
        assert broker is not None
        serving.assign(other, broker, valid_from=today)
    with access.acting(staff.actor(me)):
        source = leads.define(SourceWish(
            code="fair", title_zh="理财展会", title_en="Fair", weight=20,
        ))  # fmt: skip
        lead = leads.enter(LeadWish(
            name="赵敏", phone=phone("13900000077"), email=None, source=source,
            consent=LeadConsent.WRITTEN, consent_on=today, consent_proof="登记表 17",
            interest="养老", city="上海",
        ))  # fmt: skip
        no = work.session().get_one(Broker, broker).no
        leads.assign(lead, no)
        leads.talk(lead, Talk(said="下周面谈", next_on=today + timedelta(days=7)))
    return {"pair_id": pair, "lead_id": lead}
