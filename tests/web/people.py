"""People for the looks at their pages: a line of brokers with all that they may have."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from hub.brokers import licensing, teams
from hub.brokers.forms import Licence
from hub.brokers.models import Broker
from hub.brokers.rules import QualificationKind
from hub.brokers.team_forms import Aim, Joining, TeamCard
from hub.clients.custom import service as custom
from hub.clients.custom.forms import FieldWish
from hub.clients.custom.rules import CustomKind
from hub.clients.models import Contact
from hub.kernel import access, clock, work
from hub.relationship import deputies, transfers
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements.forms import AgreementWish, VersionWish
from hub.relationship.agreements.rules import Side
from hub.relationship.forms import DeputyWish, TransferWish
from tests import staff


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
