"""A manager, two brokers and a client, and what the firm agrees to with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hub.kernel import access, clock, work
from hub.relationship import service as serving
from hub.relationship.agreements import service as agreements
from hub.relationship.agreements import versions
from hub.relationship.agreements.forms import AgreementWish, EndWish, VersionWish
from hub.relationship.agreements.rules import Side
from tests import make, staff

DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@dataclass
class House:
    """A manager, two brokers whom he leads, a client of the first."""

    users: dict[str, int] = field(default_factory=dict)
    brokers: dict[str, int] = field(default_factory=dict)
    client: int = 0

    def build(self) -> House:
        with work.unit():
            staff.user("manager")  # leads the firm: the next one stands under him
            self.users["manager"] = staff.user("manager")
            self.brokers["manager"] = staff.broker(self.users["manager"])
            for name in ("wang", "zhao"):
                self.users[name] = staff.user("broker")
                self.brokers[name] = staff.broker(self.users[name], under=self.brokers["manager"])
            self.client = make.client()
            with access.acting(access.SYSTEM):
                serving.assign(self.client, self.brokers["wang"], valid_from=clock.firm_day())
        return self


def concluded(house: House, day: date, **more: Any) -> int:
    said: dict[str, Any] = {"no": "C-1", "title": "Brokerage", "valid_from": day, "plan": "p1"}
    with work.unit(), access.acting(access.SYSTEM):
        wish = AgreementWish(**(said | more))
        return agreements.conclude(Side.CLIENT, house.client, wish)


def signed(agreement: int, day: date, plan: str, **more: Any) -> int:
    with work.unit(), access.acting(access.SYSTEM):
        return agreements.sign(agreement, VersionWish(valid_from=day, plan=plan, **more))


def ended(agreement: int, last_day: date) -> None:
    with work.unit(), access.acting(access.SYSTEM):
        agreements.end(agreement, EndWish(last_day=last_day, reason="moves away"))


def known(agreement: int) -> list[tuple[int, str, date, date | None]]:
    with work.unit(writes=False):
        return [
            (line.number, line.plan, line.valid_from, line.valid_to)
            for line in versions.of_agreement(agreement)
        ]
